// What the pages do beyond HTML: the theme, the keys, and drawing the charts whose options the server sends as JSON.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js'); // without it the style sheet leaves the charts out, and the tables stand for them
  const wantsDark = matchMedia('(prefers-color-scheme: dark)');
  const calm = matchMedia('(prefers-reduced-motion: reduce)');

  // The theme is set before anything is painted. A browser that keeps nothing follows the system.
  const kept = {
    get() { try { return localStorage.getItem('theme'); } catch { return null; } },
    set(theme) { try { localStorage.setItem('theme', theme); } catch { /* this visit only */ } },
  };
  const theme = () => root.dataset.theme || (wantsDark.matches ? 'dark' : 'light');
  if (kept.get() === 'light' || kept.get() === 'dark') root.dataset.theme = kept.get();

  const drawn = new Map(); // element -> { chart, answer }

  function switchTheme() {
    root.dataset.theme = theme() === 'dark' ? 'light' : 'dark';
    kept.set(root.dataset.theme);
    redraw();
  }

  // A probe turns a variable of the style sheet into the colour it stands for right now.
  function palette() {
    const probe = document.body.appendChild(document.createElement('i'));
    const known = new Map();
    const color = (name) => {
      if (!known.has(name)) {
        probe.style.color = `var(${name})`;
        known.set(name, getComputedStyle(probe).color);
      }
      return known.get(name);
    };
    return { color, done: () => probe.remove() };
  }

  function recolor(node, color) {
    if (Array.isArray(node)) { node.forEach((child) => recolor(child, color)); return; }
    if (node === null || typeof node !== 'object') return;
    for (const [name, value] of Object.entries(node)) {
      if (/color$/i.test(name) && typeof value === 'string' && value.startsWith('--')) node[name] = color(value);
      else recolor(value, color);
    }
  }

  function writers(ours) {
    const locale = root.dataset.locale || undefined;
    const fixed = (digits) => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    const money = fixed(ours.digits), one = fixed(1), whole = fixed(0), thousandth = fixed(3);
    const compact = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    const short = (value) => Math.abs(value) >= 1e6 ? `${compact.format(value / 1e6)} M`
      : Math.abs(value) >= 1e3 ? `${compact.format(value / 1e3)} k` : compact.format(value);
    const missing = (value) => value === undefined || value === null || value === '-' || Number.isNaN(value);
    return {
      full: (kind) => (value) => missing(value) ? '–'
        : kind === 'amount' ? `${ours.money} ${money.format(value)}`
        : kind === 'percent' ? `${one.format(value)} %`
        : kind === 'count' ? whole.format(value)
        : kind === 'measure' ? thousandth.format(value)
        : `${one.format(value)} ${kind}`,
      axis: (kind) => (value) => kind === 'percent' ? `${value} %` : kind === 'measure' ? String(value) : short(value),
    };
  }

  // finish adds to an option what JSON cannot carry: formats, and the colours of the theme.
  function finish(answer, width) {
    const option = structuredClone(answer.option);
    const ours = answer.arrears;
    const { color, done } = palette();
    const write = writers(ours);
    const ink = color('--ink-soft'), faint = color('--line');
    const font = getComputedStyle(document.body).fontFamily;
    const size = printing ? 9 : 11;
    recolor(option, color);
    option.textStyle = { fontFamily: font, color: ink };
    option.animation = !calm.matches && !matchMedia('print').matches;
    option.animationDuration = 350;
    delete option.title; delete option.toolbox;
    option.series.forEach((series, i) => {
      series.tooltip = { valueFormatter: write.full(ours.kinds[i]) };
      if (!series.name) { series.silent = true; series.tooltip.show = false; }
      if (series.type === 'bar') {
        series.label = { color: ink, fontSize: size };
        series.labelLayout = { hideOverlap: true };
        series.emphasis = { focus: 'none' };
        series.barMaxWidth = 56;
      }
    });
    const named = option.series.filter((series) => series.name);
    const both = named.length > 1, narrow = width < 420;
    const legend = named.reduce((sum, series) => sum + 28 + series.name.length * (size + 1) * 0.58, 0); // about as wide as it will be
    const rows = !both ? 0 : Math.ceil(legend / width);
    option.legend = { show: both, top: 0, left: 0, itemWidth: 14, itemHeight: 8, itemGap: 14, inactiveColor: faint,
      textStyle: { color: ink, fontSize: size + 1 },
      data: named.map((series) => ({ name: series.name, icon: series.type === 'bar' ? 'roundRect' : undefined })) };
    option.grid = { left: 4, right: 16, top: 24 + rows * 18, bottom: option.xAxis.some((axis) => axis.name) ? 26 : 8 };
    const axes = [...option.xAxis.map((a, i) => [a, 'x', i]), ...option.yAxis.map((a, i) => [a, 'y', i])];
    for (const [axis, side, index] of axes) {
      const category = Array.isArray(axis.data);
      const kind = ours.kinds[Math.min(index, ours.kinds.length - 1)];
      axis.type = category ? 'category' : 'value';
      axis.axisTick = { show: false };
      axis.axisLine = { show: category, lineStyle: { color: color('--line-strong') } };
      axis.axisLabel = { color: ink, fontSize: size, lineHeight: size + 3, hideOverlap: true };
      if (axis.name) Object.assign(axis, { nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: ink, fontSize: size } });
      axis.splitLine = { show: !category && index === 0, lineStyle: { color: faint } };
      if (!category) axis.axisLabel.formatter = write.axis(kind);
      if (!category && (kind === 'days' || kind === 'measure')) axis.scale = true;
      if (category && side === 'y') {
        axis.inverse = true;
        Object.assign(axis.axisLabel, { width: narrow ? 92 : 124, overflow: 'truncate', hideOverlap: false, interval: 0 });
      }
      if (category && side === 'x' && axis.data.length < 14) {
        Object.assign(axis.axisLabel, { interval: 0, hideOverlap: false });
        if (width < axis.data.length * 52 && Math.max(...axis.data.map((name) => name.length)) > 2) Object.assign(axis.axisLabel, { rotate: 40, formatter: (name) => name.split('\n')[0] });
      }
    }
    option.tooltip = Object.assign(option.tooltip, {
      renderMode: 'richText', confine: true, backgroundColor: color('--raised'), borderColor: color('--line-strong'),
      textStyle: { color: color('--ink'), fontSize: 12, fontFamily: font },
      axisPointer: { type: 'shadow', shadowStyle: { color: color('--accent'), opacity: 0.06 } },
    });
    if (option.tooltip.trigger === 'none') {
      option.tooltip.trigger = 'item';
    }
    done();
    return option;
  }

  function draw(element, answer) {
    element.replaceChildren();
    const chart = echarts.init(element, null, { renderer: 'svg' });
    drawn.set(element, { chart, answer });
    chart.setOption(finish(answer, element.clientWidth));
    const links = answer.arrears.links || [];
    element.classList.toggle('leads', links.length > 0);
    chart.on('click', (hit) => {
      const href = links[hit.dataIndex];
      if (href && /^\/[^/\\]/.test(href)) location.assign(href);
    });
    new ResizeObserver(() => { if (!printing) chart.resize(); }).observe(element);
  }

  async function load(element) {
    try {
      const answer = await fetch(element.dataset.chart);
      if (!answer.ok) throw new Error(await answer.text());
      draw(element, await answer.json());
    } catch (cause) {
      const state = document.createElement('p');
      state.className = 'state fault';
      state.textContent = 'This chart could not be drawn. The table below holds the same figures.';
      state.title = cause.message;
      element.replaceChildren(state);
    }
    element.removeAttribute('aria-busy');
  }

  function redraw() {
    for (const [element, { chart, answer }] of drawn) chart.setOption(finish(answer, printing ? paper.width : element.clientWidth), true);
  }

  // Paper is light and narrower than the window: the charts are drawn for it, and back again.
  const paper = { width: 318, height: 200 };
  let printing = false;
  function fit(onPaper) {
    printing = onPaper;
    for (const { chart } of drawn.values()) chart.resize(onPaper ? paper : { width: 'auto', height: 'auto' });
    redraw();
  }
  addEventListener('beforeprint', () => fit(true));
  addEventListener('afterprint', () => fit(false));

  function wire() {
    document.querySelectorAll('[data-chart]').forEach(load);
    wantsDark.addEventListener('change', redraw);
    matchMedia('print').addEventListener('change', redraw);
    document.getElementById('theme').addEventListener('click', switchTheme);
    const keys = document.getElementById('keys');
    document.getElementById('help').addEventListener('click', () => keys.showModal());

    const form = document.querySelector('.choice');
    if (form) {
      // What is usual stays out of the address; an entity and a currency exclude each other.
      form.addEventListener('change', (event) => {
        const other = { entity: 'currency', currency: 'entity' }[event.target.name];
        if (other && event.target.value && form.elements[other]) form.elements[other].value = '';
        if (event.target.tagName === 'SELECT') form.requestSubmit();
      });
      form.addEventListener('submit', () => {
        root.classList.add('working');
        for (const field of form.elements) {
          if (field.dataset.usual !== undefined && field.value === field.dataset.usual) field.disabled = true;
        }
      });
      addEventListener('pageshow', () => {
        root.classList.remove('working');
        for (const field of form.elements) field.disabled = false;
      });
    }

    document.querySelectorAll('[data-submit]').forEach((field) => field.addEventListener('change', () => field.form.requestSubmit()));
    document.addEventListener('click', (event) => {
      document.querySelectorAll('.about[open]').forEach((open) => { if (!open.contains(event.target)) open.open = false; });
    });
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') document.querySelectorAll('.about[open]').forEach((open) => { open.open = false; });
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
      const open = (path) => [...document.querySelectorAll('.side nav a')].find((page) => page.pathname === path).click();
      const act = {
        '?': () => keys.showModal(), t: switchTheme, o: () => open('/'), w: () => open('/worklist'),
        f: () => open('/definitions'),
        d: () => form && form.elements.as_of && form.elements.as_of.focus(),
      }[event.key];
      if (act && !keys.open) { event.preventDefault(); act(); }
    });
  }
  document.addEventListener('DOMContentLoaded', wire);
})();
