// Asks before a decision in a dialog instead of on a page of its own. Without it the buttons are links to that page.
'use strict';
document.addEventListener('click', event => {
  const button = event.target.closest?.('button');
  if (!button) return;
  if (button.hasAttribute('data-close')) { button.closest('dialog')?.close(); return; }
  const dialog = button.dataset.dialog && document.getElementById(button.dataset.dialog);
  if (!dialog?.showModal) return;
  event.preventDefault();
  dialog.showModal();
});
document.addEventListener('submit', event => {
  // Twice is once too often.
  const button = event.submitter;
  if (event.target.method === 'post' && button) setTimeout(() => { button.disabled = true; });
});
document.getElementById('token')?.focus();
