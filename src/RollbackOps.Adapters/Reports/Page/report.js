(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("chart-data").textContent);
  const root = document.documentElement;
  const color = name => getComputedStyle(root).getPropertyValue(name).trim();
  const two = number => String(number).padStart(2, "0");
  const clock = (seconds, withSeconds) => {
    const at = new Date(seconds * 1000);
    return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}${withSeconds ? ":" + two(at.getUTCSeconds()) : ""}`;
  };
  const day = seconds => new Date(seconds * 1000).toISOString().slice(0, 10);
  const short = number => number >= 1000 ? Math.round(number).toString() : String(Math.round(number * 100) / 100);
  const units = { rate: " %", p95: " ms", rps: "/s" };

  const marks = u => {
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio || 1;
    ctx.save();
    const line = (value, dash) => {
      const y = Math.round(u.valToPos(value, "y", true));
      if (y < bbox.top || y > bbox.top + bbox.height) return;
      ctx.strokeStyle = color("--limit");
      ctx.setLineDash(dash);
      ctx.lineWidth = ratio;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    };
    for (const limit of u.limits) line(limit, [6 * ratio, 5 * ratio]);
    let last = -Infinity, level = 0;
    data.markers.forEach((marker, index) => {
      const x = Math.round(u.valToPos(marker.t, "x", true));
      if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) return;
      level = x - last < 17 * ratio ? level + 1 : 0;
      last = x;
      ctx.strokeStyle = color("--text");
      ctx.lineWidth = ratio;
      ctx.setLineDash([2 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const y = bbox.top + (9 + 18 * level) * ratio;
      ctx.fillStyle = color("--text");
      ctx.beginPath();
      ctx.arc(x, y, 8 * ratio, 0, 2 * Math.PI);
      ctx.fill();
      ctx.fillStyle = color("--ground");
      ctx.font = `700 ${11 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillText(String(index + 1), x, y + .5 * ratio);
    });
    ctx.restore();
  };

  const plots = [];
  const sync = uPlot.sync("time");
  for (const place of document.querySelectorAll("[data-chart]")) {
    const key = place.dataset.chart;
    const values = data[key];
    const title = document.getElementById(place.id + "-title").textContent;
    const output = document.getElementById(place.id + "-value");
    const idle = output.textContent;
    const limits = key === "rate" ? data.thresholds : key === "p95" && data.slow ? [data.slow] : [];
    const top = Math.max(...values.filter(value => value !== null), key === "rate" ? 2 : 0);
    const read = index => values[index] === null || values[index] === undefined
      ? `${clock(data.t[index], true)} UTC: not measured`
      : `${clock(data.t[index], true)} UTC: ${short(values[index])}${units[key]}` +
        (key === "rate" ? ` (${data.errors[index]} of ${data.requests[index]} requests)` : "");
    const axis = {
      stroke: () => color("--muted"), font: "12px system-ui, sans-serif",
      grid: { stroke: () => color("--grid"), width: 1 }, ticks: { stroke: () => color("--grid"), width: 1, size: 4 },
    };
    const plot = new uPlot({
      width: Math.max(place.clientWidth, 200), height: 200, padding: [8, 12, 0, 0],
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      scales: { x: { time: true }, y: { range: () => [0, top > 0 ? top * 1.12 : 1] } },
      legend: { show: false },
      cursor: { sync: { key: sync.key, setSeries: false }, drag: { x: false, y: false }, points: { size: 8 }, y: false },
      axes: [
        { ...axis, values: (u, splits, at, space, step) => splits.map((value, i) =>
          step >= 86400 ? day(value) : (i === 0 && step >= 3600 ? day(value).slice(5) + " " : "") + clock(value, step < 60)), size: 34 },
        { ...axis, values: (u, splits) => splits.map(value => short(value) + units[key]), size: 62 },
      ],
      series: [{}, {
        stroke: () => color("--series"), fill: () => color("--series-fill"), width: 2,
        paths: uPlot.paths.stepped({ align: 1 }), points: { show: false }, spanGaps: false,
      }],
      hooks: {
        draw: [marks],
        setCursor: [u => {
          const index = u.cursor.idx;
          const isThere = index !== null && index !== undefined && u.cursor.left >= 0;
          output.textContent = isThere ? read(index) : idle;
          if (isThere) {
            place.setAttribute("aria-valuenow", index);
            place.setAttribute("aria-valuetext", read(index));
          }
        }],
        init: [u => { u.limits = limits; }],
      },
    }, [data.t, values], place);
    plots.push(plot);

    place.tabIndex = 0;
    place.setAttribute("role", "slider");
    place.setAttribute("aria-label", title + ", minute by minute; arrow keys read the values");
    place.setAttribute("aria-details", "traffic-table");
    place.setAttribute("aria-valuemin", 0);
    place.setAttribute("aria-valuemax", data.t.length - 1);
    place.setAttribute("aria-valuenow", 0);
    place.setAttribute("aria-valuetext", read(0));
    place.addEventListener("keydown", event => {
      const at = plot.cursor.left >= 0 && plot.cursor.idx !== null ? plot.cursor.idx : -1;
      const next = {
        ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at < 0 ? data.t.length - 1 : at - 1, ArrowDown: at < 0 ? data.t.length - 1 : at - 1,
        PageUp: at + 10, PageDown: at - 10, Home: 0, End: data.t.length - 1,
      }[event.key];
      if (event.key === "Escape") {
        plot.setCursor({ left: -10, top: -10 });
        return;
      }
      if (next === undefined) return;
      event.preventDefault();
      const index = Math.min(Math.max(next, 0), data.t.length - 1);
      plot.setCursor({ left: plot.valToPos(data.t[index], "x"), top: 20 });
    });
    new ResizeObserver(() => {
      const width = Math.round(place.clientWidth);
      if (width > 0 && width !== plot.width) plot.setSize({ width, height: 200 });
    }).observe(place);
  }

  const redraw = () => plots.forEach(plot => plot.redraw(false, true));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  const opened = [];
  addEventListener("beforeprint", () => {
    root.classList.add("printing");
    // A day by the minute would be thirty pages.
    const closed = data.t.length <= 120 ? document.querySelectorAll("details:not([open])") : [];
    for (const details of closed) {
      details.open = true;
      opened.push(details);
    }
    plots.forEach(plot => plot.setSize({ width: Math.min(plot.width, 660), height: 170 }));
    redraw();
  });
  addEventListener("afterprint", () => {
    root.classList.remove("printing");
    opened.splice(0).forEach(details => { details.open = false; });
    plots.forEach(plot => plot.setSize({ width: Math.round(plot.root.parentElement.clientWidth), height: 200 }));
    redraw();
  });
  for (const link of document.querySelectorAll("[data-opens]")) {
    link.addEventListener("click", () => { document.getElementById(link.dataset.opens).open = true; });
  }
})();
