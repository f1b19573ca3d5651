// Moving through the worklist without leaving it: j and k, or a click, fetch the page of the next customer and put its pane in the
// place of this one. Without this script every line is a link to that page.
(() => {
  'use strict';
  const narrow = matchMedia('(max-width: 900px)');
  let waiting, timer;

  const lines = () => [...document.querySelectorAll('a[data-line]')];
  const current = () => lines().find((line) => line.hasAttribute('aria-current'));

  function mark(link) {
    for (const line of lines()) {
      line.toggleAttribute('aria-current', false);
      line.closest('li').classList.remove('here');
    }
    link.setAttribute('aria-current', 'true');
    link.closest('li').classList.add('here');
  }

  async function show(link) {
    const pane = document.getElementById('customer');
    if (waiting) waiting.abort();
    const asked = waiting = new AbortController();
    try {
      const answer = await fetch(link.href, { signal: asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const next = page.getElementById('customer');
      if (!answer.ok || !next) throw new Error('no customer on the page');
      pane.replaceWith(document.adoptNode(next));
      history.replaceState(null, '', link.href.split('#')[0]);
    } catch (cause) {
      if (cause.name !== 'AbortError') location.assign(link.href);
    }
  }

  // choose moves at once and fetches when the keys rest.
  function choose(link, wait) {
    mark(link);
    link.focus({ preventScroll: true });
    link.closest('li').scrollIntoView({ block: 'nearest' });
    document.getElementById('customer').setAttribute('aria-busy', 'true');
    clearTimeout(timer);
    timer = setTimeout(async () => {
      await show(link);
      if (!wait && narrow.matches) document.getElementById('customer').scrollIntoView();
    }, wait);
  }

  function move(step) {
    const all = lines().filter((line) => line.closest('details:not([open])') === null);
    const at = all.indexOf(current());
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
    if (next && next !== all[at]) choose(next, 120);
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    move(step);
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-line]');
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    choose(link, 0);
  });
})();
