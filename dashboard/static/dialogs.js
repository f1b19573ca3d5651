// Small forms as dialogs: a button, or its key, opens the form that stands on the page already. Without this script the button leads
// to the page with the form open.
(() => {
  'use strict';
  const dialogOf = (link) => document.getElementById(link.dataset.dialog);

  function open(dialog) {
    if (dialog.open) dialog.close();
    dialog.showModal();
    dialog.addEventListener('close', () => { // what opened it is where the reader goes on
      const link = document.querySelector(`a[data-dialog="${dialog.id}"]`);
      if (link) link.focus();
    }, { once: true });
    const first = dialog.querySelector('[aria-invalid="true"]') || dialog.querySelector('input:not([type=hidden]), select, textarea');
    if (first) first.focus();
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-dialog], a[data-cancel]');
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.dataset.cancel !== undefined) { document.activeElement.blur(); link.closest('dialog').close(); }
    else if (dialogOf(link)) open(dialogOf(link));
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (document.querySelector('dialog:modal')) return;
    const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
    if (!link) return;
    if (!dialogOf(link)) { location.assign(link.href); return; }
    event.preventDefault();
    event.stopImmediatePropagation(); // a key of the page goes before one of the whole
    open(dialogOf(link));
  }, true);
  // What was sent is sent once, however often the button is pressed.
  document.addEventListener('submit', (event) => {
    if (event.target.closest('dialog')) event.target.querySelectorAll('button').forEach((button) => { button.disabled = true; });
  });
  addEventListener('pageshow', () => {
    document.querySelectorAll('dialog button').forEach((button) => { button.disabled = false; });
    document.querySelectorAll('dialog.deed-form[open]').forEach(open);
  });
})();
