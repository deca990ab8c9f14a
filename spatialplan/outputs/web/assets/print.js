// The map on paper: a sheet of A4 or A3 with title, legend, scale bar, north arrow and sources.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var SVG = "http://www.w3.org/2000/svg";
  var EARTH_M = 2 * Math.PI * 6378137;  // the equator of Web Mercator
  var PX_PER_M = 96 / 0.0254;           // of paper
  var SHARP = 2;                        // canvas pixels for one pixel of paper; Chromium needs a power of two
  var MARGIN_PX = 12;
  var FRAME_PX = 2;
  var TILES_MS = 8000;
  var BAR_SIDES = 58;                   // for the first figure and the unit
  var BAR_LONGEST = 220;
  var FILLED = 0.8;                     // of the screen, by what it was fitted to
  var MOST_COLUMNS = 6;
  var ROUND = [1, 1.1, 1.2, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.2, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 9];
  var SIZES = { A4: [297, 210, 1], A3: [420, 297, 1.25] };  // width, height, size of the type
  var chosen = { paper: "A4", title: "", number: "" };
  var seen = null;  // what the screen showed, while the page is a sheet of paper
  var el = app.el;

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
    return chosen.title.trim() || theme() || app.data.plan.title;
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
    var number = chosen.number.trim();
    var size = SIZES[chosen.paper];
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

  function place(node) {
    var slot = node.querySelector(".print-map").getBoundingClientRect();
    var style = app.map.getContainer().style;
    var origin = node.getBoundingClientRect();
    style.left = slot.left - origin.left + FRAME_PX + "px";
    style.top = slot.top - origin.top + FRAME_PX + "px";
    style.width = slot.width - 2 * FRAME_PX + "px";
    style.height = slot.height - 2 * FRAME_PX + "px";
    style.right = style.bottom = "auto";
    app.map.invalidateSize({ animate: false, pan: false });
  }

  // Redraw a canvas with more pixels than the screen has; moving the map undoes it. A canvas of a
  // new size is blank: to clear it would wipe the paper below, where it prints as drawing commands.
  function sharpen(canvas) {
    var size = canvas._bounds.getSize();
    canvas._container.width = SHARP * size.x;
    canvas._container.height = SHARP * size.y;
    canvas._ctx.scale(SHARP, SHARP);
    canvas._ctx.translate(-canvas._bounds.min.x, -canvas._bounds.min.y);
    canvas._clear = L.Util.falseFn;
    canvas.fire("update");
    delete canvas._clear;
  }

  // What the screen was last fitted to, as long as it is in view and fills it.
  var framed = null;
  var fit = app.fit;
  app.fit = function (box, moving, room) {
    framed = box ? L.latLngBounds(box) : framed;
    fit(box, moving, room);
  };

  // What the map shows beside its open legend: the thing it was fitted to, or all that is in view.
  function shown() {
    var size = app.map.getSize();
    var frame = app.legend.parentNode;
    var right = frame.open && !app.isNarrow() ? frame.offsetWidth + 20 : 0;
    var view = L.latLngBounds(
      app.map.containerPointToLatLng([0, size.y]), app.map.containerPointToLatLng([size.x - right, 0]));
    if (!framed || !view.contains(framed)) {
      return view;
    }
    var part = L.bounds(app.map.latLngToContainerPoint(framed.getSouthWest()), app.map.latLngToContainerPoint(framed.getNorthEast())).getSize();
    return Math.max(part.x / (size.x - right), part.y / size.y) >= FILLED ? framed : view;
  }

  // Everything here is done at once, and once: the browser takes the page as this leaves it.
  app.startPrint = function () {
    if (seen) {
      return;
    }
    var container = app.map.getContainer();
    seen = {
      center: app.map.getCenter(), zoom: app.map.getZoom(), snap: app.map.options.zoomSnap,
      style: container.getAttribute("style"),
    };
    var box = shown();
    var node = sheet();
    document.documentElement.classList.add("printing");
    document.body.appendChild(node);
    layTitle(node);
    layLegend(node);
    place(node);
    app.map.options.zoomSnap = 0;
    var one = fitRound(box);
    var foot = node.querySelector(".print-scale");
    foot.appendChild(scaleBar(foot.clientWidth));
    foot.appendChild(el("p", "", {}, [ratio(one)]));
    app.map.eachLayer(function (layer) {
      if (layer instanceof L.Canvas) {
        sharpen(layer);
      }
    });
  };

  function ratio(one) {
    return "1:" + String(Math.round(one)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  }

  app.endPrint = function () {
    if (!seen) {
      return;
    }
    var before = seen;
    seen = null;
    document.documentElement.classList.remove("printing");
    document.getElementById("print-sheet").remove();
    app.map.options.zoomSnap = before.snap;
    app.map.getContainer().setAttribute("style", before.style || "");
    app.settle();
    app.map.setView(before.center, before.zoom, { animate: false });
  };

  // ---- choosing -----------------------------------------------------------------------------

  function setPaper(rule) {
    var size = SIZES[chosen.paper];
    rule.textContent = "@page { size: " + size[0] + "mm " + size[1] + "mm; margin: 0; }";
  }

  // Pictures from a tile service must be there for the whole sheet; other maps print at once.
  function printWhenLoaded() {
    var tiles = [];
    app.map.eachLayer(function (layer) {
      if (layer instanceof L.GridLayer) {
        tiles.push(layer);
      }
    });
    if (!tiles.length) {
      window.print();
      return;
    }
    app.startPrint();
    var began = Date.now();
    (function look() {
      if (tiles.some(function (layer) { return layer.isLoading(); }) && Date.now() - began < TILES_MS) {
        window.setTimeout(look, 100);
      } else {
        window.print();
      }
    })();
  }

  function field(id, label, more) {
    return el("p", "print-field", {}, [
      el("label", "", { for: id }, [label]),
      el("input", "finder", L.extend({ id: id, type: "text", autocomplete: "off" }, more)),
    ]);
  }

  function papers() {
    return el("fieldset", "print-papers", {}, [el("legend", "", {}, [app.data.ui.print_paper])].concat(
      Object.keys(SIZES).map(function (name) {
        var choice = el("input", "", { type: "radio", name: "print-paper", value: name });
        choice.checked = name === chosen.paper;
        return el("label", "", {}, [choice, name + " " + app.data.ui.print_landscape]);
      })));
  }

  function dialog(rule) {
    var ui = app.data.ui;
    var box = el("dialog", "", { id: "print-dialog", "aria-labelledby": "print-heading" });
    var form = el("form", "", {}, [
      el("h2", "", { id: "print-heading" }, [ui.print_title]), papers(),
      field("print-name", ui.print_name, { maxlength: 80 }), field("print-number", ui.print_number_field, { maxlength: 40 }),
      el("p", "print-hint", {}, [ui.print_hint]),
      el("p", "print-actions", {}, [
        app.button("action", { id: "print-cancel" }, [ui.print_cancel], function () { box.close(); }),
        el("button", "action primary", { type: "submit", id: "print-go" }, [ui.print]),
      ]),
    ]);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      chosen.paper = form.elements["print-paper"].value;
      chosen.title = form.elements["print-name"].value;
      chosen.number = form.elements["print-number"].value;
      setPaper(rule);
      box.close();
      printWhenLoaded();
    });
    // the map clears its selection on Escape: here the key only closes the dialog
    box.addEventListener("keydown", function (event) { event.stopPropagation(); });
    box.appendChild(form);
    return box;
  }

  app.addons.push(function (data) {
    var rule = el("style", "", { id: "print-page" });
    document.head.appendChild(rule);
    setPaper(rule);
    var box = dialog(rule);
    document.body.appendChild(box);
    document.getElementById("toolbar").appendChild(app.button("action", { id: "print-open", "aria-haspopup": "dialog" }, [data.ui.print],
      function () {
        document.getElementById("print-name").placeholder = theme() || data.plan.title;
        box.showModal();
      }));
    window.addEventListener("beforeprint", app.startPrint);
    window.addEventListener("afterprint", app.endPrint);
    // where a browser prints without those events
    window.matchMedia("print").addEventListener("change", function (media) {
      (media.matches ? app.startPrint : app.endPrint)();
    });
  });
})(window.SpatialPlan);
