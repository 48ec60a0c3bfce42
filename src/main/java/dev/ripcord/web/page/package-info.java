/**
 * The pages for people: what stands around every page, the overview, and a service's page. All of
 * it is HTML made here; style and script are files beside these classes.
 *
 * <p>Must not know the API, and asks nothing but the ports.
 */
@NullMarked
package dev.ripcord.web.page;

import org.jspecify.annotations.NullMarked;
