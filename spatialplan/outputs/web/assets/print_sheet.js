// What stands on the printed sheet: title, legend, scale bar, north arrow, sources, note of quality.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var SVG = "http://www.w3.org/2000/svg";
  var EARTH_M = 2 * Math.PI * 6378137;  // the equator of Web Mercator
  var PX_PER_M = 96 / 0.0254;           // of paper
  var MARGIN_PX = 12;
  var BAR_SIDES = 58;                   // for the first figure and the unit
  var BAR_LONGEST = 220;
  var MOST_COLUMNS = 6;
  var ROUND = [1, 1.1, 1.2, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.2, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 9];
  var el = app.el;
  var given;  // what the reader chose: paper, title, number

  app.PAPERS = { A4: [297, 210, 1], A3: [420, 297, 1.25] };  // width, height, size of the type

  // ---- scale --------------------------------------------------------------------------------

  // Metres on the ground under one pixel of paper in the middle of the map.
  function metresPerPixel(zoom) {
    return EARTH_M * Math.cos(app.map.getCenter().lat * Math.PI / 180) / app.map.options.crs.scale(zoom);
  }

  // The first of the round numbers, times a power of ten, that is not below `value`.
  function roundUp(value, numbers) {
    var power = Math.pow(10, Math.floor(Math.log(value) / Math.LN10));
    return numbers.concat([10]).filter(function (number) { return number * power >= value * 0.9999; })[0] * power;
  }

  // Show the box as large as the paper allows at a round scale; return what one stands for.
  function fitRound(box) {
    app.map.fitBounds(box, { animate: false, padding: [MARGIN_PX, MARGIN_PX] });
    var exact = metresPerPixel(app.map.getZoom()) * PX_PER_M;
    var round = roundUp(exact, ROUND);
    app.map.setView(app.map.getCenter(), app.map.getZoom() - Math.log(round / exact) / Math.LN2, { animate: false });
    return round;
  }

  function mark(parent, tag, more, words) {
    var node = document.createElementNS(SVG, tag);
    Object.keys(more).forEach(function (key) { node.setAttribute(key, more[key]); });
    if (words) {
      node.textContent = words;
    }
    parent.appendChild(node);
    return node;
  }

  function drawing(width, height, look, words) {
    return mark(document.createElement("div"), "svg", {
      viewBox: "0 0 " + width + " " + height, width: width, height: height, "class": look, role: "img", "aria-label": words,
    });
  }

  // The longest of the lengths 1, 2, 4, 6 and 8, times a power of ten, that `most` metres hold.
  function roundDown(most) {
    var power = Math.pow(10, Math.floor(Math.log(most) / Math.LN10));
    return power * [8, 6, 4, 2, 1].filter(function (number) { return number * power <= most * 1.0001; })[0];
  }

  // A bar of four parts, by turns dark and light, with the lengths on the ground.
  function scaleBar(room) {
    var perPixel = metresPerPixel(app.map.getZoom());
    var metres = roundDown(perPixel * Math.min(room - BAR_SIDES, BAR_LONGEST));
    var width = metres / perPixel;
    var inKilometres = metres >= 1000;
    var unit = inKilometres ? app.data.ui.kilometres : app.data.ui.metres;
    var svg = drawing(width + BAR_SIDES, 26, "print-bar", app.data.ui.print_scale);
    [0, 1, 2, 3].forEach(function (part) {
      mark(svg, "rect", {
        x: 12 + part * width / 4, y: 1, width: width / 4, height: 6, fill: part % 2 ? "#fff" : "#26282a", stroke: "#26282a",
      });
    });
    [0, 0.5, 1].forEach(function (part) {
      var length = String(part * metres / (inKilometres ? 1000 : 1));
      mark(svg, "text", { x: 12 + part * width, y: 20, "text-anchor": "middle" }, length);
    });
    mark(svg, "text", { x: 12 + width + 12, y: 20 }, unit);
    svg.setAttribute("data-metres", metres);
    return svg;
  }

  function northArrow() {
    var svg = drawing(26, 44, "print-north", app.data.ui.print_north);
    mark(svg, "text", { x: 13, y: 11, "text-anchor": "middle" }, app.data.ui.print_north_sign);
    mark(svg, "path", { d: "M13 14L4 42L13 35Z", fill: "#26282a", stroke: "#26282a" });
    mark(svg, "path", { d: "M13 14L22 42L13 35Z", fill: "#fff", stroke: "#26282a" });
    return svg;
  }

  // ---- words --------------------------------------------------------------------------------

  function theme() {
    return typeof app.themeTitle === "function" ? app.themeTitle() : "";
  }

  function title() {
    return given.title.trim() || theme() || app.data.plan.title;
  }

  // What the title leaves out: the plan, its number, the limit, the concept in the spotlight.
  function subtitle() {
    var plan = app.data.plan;
    var limit = app.data.limits && app.data.limits[app.limit];
    var concept = app.map.getContainer().classList.contains("spotlight") &&
      document.querySelector("#panel .concept[aria-expanded='true'] .concept-name");
    var parts = [title().indexOf(plan.title) < 0 ? plan.title : "", plan.number, plan.date, plan.issuer,
      limit ? app.data.ui.limits + " " + limit.label : ""];
    if (concept && title().indexOf(concept.textContent) < 0) {
      parts.push(app.data.ui.concept + " " + concept.textContent);
    }
    return parts.filter(Boolean).join(" · ");
  }

  function distance(metres) {
    var ui = app.data.ui;
    return metres < 1000 ? metres + " " + ui.metres : metres / 1000 + " " + ui.kilometres;
  }

  function values(things) {
    return Array.isArray(things) ? things : Object.keys(things || {}).map(function (key) { return things[key]; });
  }

  // How exact the places are, and what has none and is not on the map.
  function quality() {
    var ui = app.data.ui;
    var villages = values(app.villageOrder || app.data.villages);
    var radii = values(app.data.features).concat(villages).map(function (thing) { return thing.radius; })
      .filter(function (radius) { return radius; }).sort(function (a, b) { return a - b; });
    var bare = villages.filter(function (village) { return !village.at; }).length;
    var lost = (app.data.unlocated || []).length;
    return [
      radii.length ? ui.print_accuracy.replace("{least}", distance(radii[0])).replace("{most}", distance(radii[radii.length - 1])) : "",
      lost ? ui.print_unlocated.replace("{count}", lost) : "",
      bare ? ui.print_villages.replace("{count}", bare).replace("{total}", villages.length) : "",
      ui.print_borders,
    ].join("");
  }

  // The map's own line of sources, without the name of the program in front of it.
  function sources() {
    return app.map.attributionControl.getContainer().textContent.split("|").slice(1).join("|").trim() || "—";
  }

  function today() {
    var now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(function (part) {
      return (part < 10 ? "0" : "") + part;
    }).join("-");
  }

  function line(look, heading, words) {
    return el("p", look, {}, [el("b", "", {}, [heading]), words]);
  }

  // ---- the sheet ----------------------------------------------------------------------------

  // A heading and its first entry stay together; entries keep the order of the map's legend.
  function legend() {
    var list = el("div", "print-legend");
    var group = null;
    Array.from(app.legend.children).forEach(function (part) {
      var copy = part.cloneNode(true);
      if (part.tagName === "H4") {
        group = el("div", "print-group", {}, [copy]);
        list.appendChild(group);
      } else if (group && group.children.length === 1) {
        group.appendChild(copy);
      } else {
        list.appendChild(copy);
      }
    });
    return list;
  }

  function sheet() {
    var ui = app.data.ui;
    var number = given.number.trim();
    var size = app.PAPERS[given.paper];
    var node = el("section", "", { id: "print-sheet", "aria-label": ui.print_title }, [
      el("header", "print-head", {}, [
        number ? null : el("p", "print-mark", {}, [ui.print_internal]),
        el("h1", "print-title", {}, [title()]), el("p", "print-subtitle", {}, [subtitle()]),
      ]),
      el("div", "print-map"),
      el("aside", "print-side", {}, [
        el("div", "print-top", {}, [el("h2", "", {}, [ui.legend]), northArrow()]),
        legend(), el("div", "print-scale"),
      ]),
      el("footer", "print-foot", {}, [
        line("print-quality", ui.print_quality, quality()), line("print-source", ui.print_source, sources()),
        el("div", "print-row", {}, [
          line("print-number", ui.print_number, number || ui.print_blank + ui.print_internal),
          line("print-made", ui.print_made, app.data.made), line("print-date", ui.print_date, today()),
        ]),
      ]),
    ]);
    node.style.width = size[0] + "mm";
    node.style.height = size[1] - 0.4 + "mm";  // a whole sheet would begin a second one by rounding
    node.style.setProperty("--type", size[2]);
    return node;
  }

  function isCut(node) {
    return node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1;
  }

  // As few columns as hold all entries, set a little closer where that saves one.
  function layLegend(node) {
    var list = node.querySelector(".print-legend");
    for (var step = 2; step <= 2 * MOST_COLUMNS + 1; step += 1) {
      node.style.setProperty("--columns", Math.floor(step / 2));
      list.classList.toggle("close", step % 2 === 1);
      if (!isCut(list)) {
        return;
      }
    }
  }

  // A long title is set smaller to stand in one line, a very long one in two.
  function layTitle(node) {
    var head = node.querySelector(".print-title");
    function holds(size, lines) {
      head.style.fontSize = "calc(var(--type) * " + size + "pt)";
      return head.offsetHeight <= (lines + 0.5) * parseFloat(window.getComputedStyle(head).lineHeight);
    }
    [22, 20, 18, 16, 15].some(function (size) { return holds(size, 1); }) ||
      [16, 14, 12, 10, 9].some(function (size) { return holds(size, 2); });
  }

  function ratio(one) {
    return "1:" + String(Math.round(one)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  }

  // ---- what printing asks for -----------------------------------------------------------------

  app.printTheme = theme;

  // The sheet for what was chosen, in the page and set out; the map has yet to come to its place.
  app.printSheet = function (chosen) {
    given = chosen;
    var node = sheet();
    document.documentElement.classList.add("printing");
    document.body.appendChild(node);
    layTitle(node);
    layLegend(node);
    return node;
  };

  // Show the box on the sheet at a round scale and say which it is.
  app.printScale = function (node, box) {
    var one = fitRound(box);
    var foot = node.querySelector(".print-scale");
    foot.appendChild(scaleBar(foot.clientWidth));
    foot.appendChild(el("p", "", {}, [ratio(one)]));
  };
})(window.SpatialPlan);
