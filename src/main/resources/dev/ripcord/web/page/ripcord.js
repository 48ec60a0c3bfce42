// Keeps an open page up to date: listens to events, asks for what changed, and changes only that.
// Without it the page is the same, as of when it was loaded.
'use strict';
(() => {
  const script = document.currentScript;
  const base = new URL('../', script.src);
  const follow = document.body.dataset.follow;
  const what = document.body.dataset.what;
  const PAUSE = 500; // between two updates, in milliseconds
  const BEAT = 8000; // between two questions whether the daemon still answers
  const PATIENCE = 8000; // for an answer

  // Times: in the reader's zone, with UTC in the title.
  const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const moment = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  let skew = 0; // how far the daemon's clock is before ours, in milliseconds

  function span(seconds) {
    const s = Math.max(0, Math.floor(seconds));
    const two = (large, name, small, smallName) => {
      const rest = Math.floor((s % large) / small);
      return Math.floor(s / large) + ' ' + name + (rest ? ' ' + rest + ' ' + smallName : '');
    };
    if (s < 60) return s + ' s';
    if (s < 3600) return two(60, 'min', 1, 's');
    return s < 86400 ? two(3600, 'h', 60, 'min') : two(86400, 'd', 3600, 'h');
  }

  function timeText(element) {
    const at = new Date(element.dateTime);
    switch (element.dataset.as) {
      case 'ago': return span((Date.now() + skew - at) / 1000) + ' ago';
      case 'clock': return clock.format(at);
      case 'moment': return moment.format(at);
      default: return element.textContent;
    }
  }

  function write(element) {
    const text = timeText(element);
    if (element.textContent !== text) element.textContent = text;
  }

  function localise(root) {
    root.querySelectorAll('time[data-as]').forEach(write);
  }

  // Takes over what is different and leaves the rest: focus, what is open, selection and scrolling stay.
  function morph(from, to) {
    if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName || (from.id || '') !== (to.id || '')) {
      from.replaceWith(to);
      return;
    }
    if (from.nodeType !== Node.ELEMENT_NODE) {
      if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
      return;
    }
    if (from.hasAttribute('data-keep') || from.isEqualNode(to)) return;
    const stays = name => name === 'open' && (from.nodeName === 'DETAILS' || from.nodeName === 'DIALOG');
    for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && !stays(name)) from.removeAttribute(name);
    for (const { name, value } of [...to.attributes]) if (from.getAttribute(name) !== value && !stays(name)) from.setAttribute(name, value);
    const wanted = new Set([...to.children].map(each => each.id));
    for (const old of [...from.children]) if (old.id && !wanted.has(old.id)) old.remove();
    const ids = new Map([...from.children].filter(each => each.id).map(each => [each.id, each]));
    let here = from.firstChild;
    for (const next of [...to.childNodes]) {
      const known = next.id && ids.get(next.id);
      if (known && known !== here) from.insertBefore(known, here);
      if (known) { here = known.nextSibling; morph(known, next); continue; }
      if (!here || here.id) { from.insertBefore(next, here); continue; }
      const old = here;
      here = here.nextSibling;
      morph(old, next);
    }
    while (here) { const rest = here; here = here.nextSibling; rest.remove(); }
  }

  async function ask(address) {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE), headers: { Accept: 'text/html' } });
    if (answer.redirected) { location.assign(answer.url); throw new Error('one has to sign in'); }
    if (!answer.ok) throw new Error('the daemon answered ' + answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    localise(page);
    seen = new Date();
    const asOf = document.getElementById('asof');
    asOf.dateTime = new Date(Date.now() + skew).toISOString();
    write(asOf);
    return page;
  }

  function setClock(page) {
    const ahead = Date.parse(page.getElementById('utc')?.dateTime) - Date.now();
    skew = Math.abs(ahead) > 2000 ? ahead : 0;
  }

  async function whole() {
    const page = await ask(location.href);
    setClock(page);
    morph(document.getElementById('main'), page.getElementById('main'));
    morph(document.getElementById('account'), page.getElementById('account'));
    if (document.title !== page.title) document.title = page.title;
  }

  // Rows: only those that events named are asked for. Each has an order, by which it finds its place.
  const changed = new Set();
  const ROWS = 60; // in one question

  async function rows() {
    const names = [...changed].slice(0, ROWS);
    names.forEach(name => changed.delete(name));
    const address = new URL('rows', base);
    address.search = location.search;
    names.forEach(name => address.searchParams.append('service', name));
    const page = await ask(address);
    for (const id of ['answer', 'found']) morph(document.getElementById(id), page.getElementById(id));
    if (page.title && document.title !== page.title) document.title = page.title;
    for (const name of names) place(name, page);
    if (changed.size) soon();
  }

  function place(name, page) {
    const id = 's-' + name;
    const fresh = page.getElementById(id);
    const old = document.getElementById(id);
    if (!fresh) { old?.remove(); return; }
    const list = document.querySelector('[data-rows="' + CSS.escape(fresh.dataset.group) + '"]');
    if (!list) { stale = true; soon(); return; }
    const moved = !old || old.dataset.order !== fresh.dataset.order;
    const row = old || fresh;
    if (old) morph(old, fresh);
    if (!moved) return;
    const focused = row.contains(document.activeElement) ? document.activeElement : null;
    const after = [...list.children].find(each => each !== row && each.dataset.order > row.dataset.order);
    if ((after || null) !== row.nextElementSibling || row.parentNode !== list) list.insertBefore(row, after || null);
    focused?.focus({ preventScroll: true });
  }

  let busy = false;
  let again = false;
  let stale = false; // the whole page is to be asked for

  function soon() {
    if (document.hidden || !alive) { again = true; return; }
    if (busy) { again = true; return; }
    busy = true;
    again = false;
    const work = stale || follow !== 'rows' ? whole() : rows();
    stale = false;
    work
      .catch(() => { stale = true; })
      .finally(() => setTimeout(() => { busy = false; if (again) soon(); }, PAUSE));
  }

  function heard(message) {
    if (follow === 'nothing') return;
    let event;
    try { event = JSON.parse(message.data); } catch { return; }
    if (follow === 'service' && event.service !== what) return;
    if (follow === 'watch' && String(event.watch ?? '') !== what) return;
    if (follow === 'rows') changed.add(event.service);
    soon();
  }

  // The link to the daemon. A stream that is silent says nothing of a daemon that stands still, so it is asked, too.
  const link = document.getElementById('link');
  const lost = document.getElementById('lost');
  let alive = true;
  let streaming = false;
  let lateOpen = false; // the stream was open before
  let seen = new Date();
  let beats = 0;
  let events = null;

  function show() {
    const live = alive && streaming;
    link.className = 'link ' + (live ? 'live' : 'gone');
    const text = live ? 'live' : 'not connected';
    if (link.textContent !== text) link.textContent = text;
    const old = 'Not connected to the daemon: what you see is from ' + clock.format(seen) + ' and may be old. Trying again.';
    if (!live && lost.textContent !== old) lost.textContent = old;
    lost.hidden = live;
  }

  function listen() {
    if (events || document.hidden) return;
    events = new EventSource(new URL('api/v1/events?polls=true', base));
    events.onopen = () => {
      // An overview that was just loaded need not be loaded again: its rows come with the next polls.
      stale = stale || lateOpen || follow !== 'rows';
      lateOpen = true;
      streaming = true;
      seen = new Date();
      show();
      if (stale) soon();
    };
    events.onmessage = message => { seen = new Date(); heard(message); };
    events.onerror = () => {
      streaming = false;
      show();
      if (events && events.readyState === EventSource.CLOSED) { events = null; setTimeout(listen, 5000); }
    };
  }

  async function beat() {
    if (document.hidden) return;
    try {
      const answer = await fetch(new URL('livez', base), { signal: AbortSignal.timeout(PATIENCE), cache: 'no-store' });
      const was = alive;
      alive = answer.ok;
      if (alive) {
        if (streaming) seen = new Date();
        // Where no stream is to be had the page is asked for in its place.
        if (!was || (!streaming && beats > 0)) { stale = true; soon(); }
        beats++;
      }
    } catch { alive = false; }
    if (streaming || !alive) show();
  }

  // A page that nobody sees holds no connection: browsers have only six for one daemon.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) { events?.close(); events = null; return; }
    stale = true;
    listen();
    beat();
  });

  // The overview's filter works without its button.
  const filter = document.getElementById('filter');
  if (filter) {
    let waiting = 0;
    const go = () => {
      const query = new URLSearchParams([...new FormData(filter)].filter(([, value]) => value));
      history.replaceState(null, '', query.size ? '?' + query : location.pathname);
      stale = true;
      soon();
    };
    filter.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(go, 250); });
    filter.addEventListener('submit', event => { event.preventDefault(); clearTimeout(waiting); go(); });
    filter.querySelector('button[type=submit]')?.setAttribute('hidden', '');
  }

  // The charts: what the table says of the time under the pointer.
  function readout(event) {
    const plot = event.target.closest?.('.plot');
    document.querySelectorAll('.readout').forEach(each => { each.textContent = ''; });
    const rows = plot ? [...document.querySelectorAll('#polls tbody tr')] : [];
    const box = plot?.querySelector('svg').getBoundingClientRect();
    const at = box ? (event.clientX - box.left) / box.width * 1000 : -1;
    const away = row => Math.abs(row.dataset.x - at);
    const row = rows.reduce((best, each) => (!best || away(each) < away(best) ? each : best), null);
    document.querySelectorAll('.chart .cursor').forEach(line => {
      const x = row ? row.dataset.x / 10 + '%' : '-9999';
      line.setAttribute('x1', x);
      line.setAttribute('x2', x);
    });
    if (!row) return;
    const names = [...document.querySelectorAll('#polls thead th')].map(each => each.textContent);
    document.querySelectorAll('.figure').forEach(figure => {
      const columns = figure.dataset.columns.split(' ').map(Number);
      const figures = columns.map(c => (columns.length > 1 ? names[c] + ' ' : '') + row.cells[c].textContent).join(' · ');
      const readout = figure.querySelector('.readout');
      readout.classList.toggle('left', row.dataset.x > 500);
      readout.textContent = row.cells[0].textContent + '  ' + figures + '  ' + row.cells[1].textContent;
    });
  }
  if (follow === 'service') document.addEventListener('pointermove', readout, { passive: true });

  setClock(document);
  localise(document);
  const utc = document.getElementById('utc');
  setInterval(() => {
    if (document.hidden) return;
    document.querySelectorAll('time[data-as=ago]').forEach(write);
    if (utc) utc.textContent = new Date(Date.now() + skew).toISOString().slice(11, 19);
  }, 1000);
  if (follow === 'nothing') {
    link.hidden = true;
  } else {
    listen();
    beat();
    setInterval(beat, BEAT);
  }
})();
