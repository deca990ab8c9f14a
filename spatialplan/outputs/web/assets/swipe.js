// Before and after of a scenario beside each other: villages as they are on the left of a divider,
// as they would be on its right, where the steps of the scenario and what they change are drawn.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var ICON = "M10 2v16M7 6L3 10l4 4M13 6l4 4l-4 4";
  var STEP = 0.02;
  var LONG_STEP = 0.1;
  var el = app.el;
  var data;
  var line;  // the divider
  var button;
  var symbols = null;  // of each village with a place, as the scenario leaves it
  var shown;
  var host = null;  // the item of the tree that holds the legend of states found after alone
  var share = 0.5;

  // ---- the villages after -------------------------------------------------------------------

  function makeSymbols() {
    return app.villageOrder.filter(function (v) { return v.at; }).map(function (v) {
      var symbol = new app.Symbol(v.at, { renderer: app.renderer("after"), pane: "after" });
      symbol.village = v;
      symbol.on("click", function (event) {
        L.DomEvent.stop(event);
        app.openPopup("v", v.id, event.latlng);
      });
      if (!app.touches()) {
        app.tip(symbol, function () { return app.kinds.v.tip(v.id); });
      }
      return symbol;
    });
  }

  function isShown(state) {
    var layer = app.layers["villages-" + state];
    return !layer || app.map.hasLayer(layer);
  }

  function refresh() {
    var after = {};
    var styles = {};
    app.changesOf(app.limit).forEach(function (row) { after[row[0]] = row[3]; });
    shown.clearLayers();
    symbols.forEach(function (symbol) {
      var state = after[symbol.village.n] || app.stateOf(symbol.village, app.limit);
      if (isShown(state) && app.isKept("v", symbol.village.id)) {
        styles[state] = styles[state] || app.styleOf("village:" + state);
        symbol.setStyle(L.extend({}, styles[state], { radius: symbol.village.symbol.getRadius() }));
        symbol.state = state;
        shown.addLayer(symbol);
      }
    });
    tellLegend(Object.keys(styles));
  }

  function tellLegend(states) {
    forgetLegend();
    host = data.tree.filter(function (item) {
      return item.id.indexOf("villages-") === 0 && app.map.hasLayer(app.layers[item.id]);
    })[0] || null;
    if (host) {
      host.alone = host.legend;
      host.legend = host.legend.concat(states.map(function (state) { return "village:" + state; }));
    }
    app.drawLegend([]);
  }

  function forgetLegend() {
    if (host) {
      host.legend = host.alone;
      delete host.alone;
      host = null;
    }
  }

  function resize() {
    symbols.forEach(function (symbol) { symbol.setRadius(symbol.village.symbol.getRadius()); });
  }

  // ---- the divider --------------------------------------------------------------------------

  function cut(pane, left, right) {
    var size = app.map.getSize();
    var a = app.map.containerPointToLayerPoint([left, 0]);
    var b = app.map.containerPointToLayerPoint([right, size.y]);
    var corners = [[a.x, a.y], [b.x, a.y], [b.x, b.y], [a.x, b.y]];
    app.renderer(pane).clip = [left, right];
    app.map.getPane(pane).style.clipPath = "polygon(" + corners.map(function (corner) {
      return corner[0] + "px " + corner[1] + "px";
    }).join(",") + ")";
  }

  function clip() {
    var width = app.map.getSize().x;
    var x = Math.round(width * share);
    cut("villages", 0, x);
    cut("after", x, width);
    cut("changes", x, width);
    line.style.left = x + "px";
  }

  function move(to) {
    var words;
    share = Math.max(0, Math.min(1, to));
    words = Math.round(share * 100);
    line.handle.setAttribute("aria-valuenow", String(words));
    line.handle.setAttribute("aria-valuetext", data.ui.swipe_at.replace("{before}", words).replace("{after}", 100 - words));
    clip();
  }

  function onKey(event) {
    var step = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP, PageDown: -LONG_STEP, PageUp: LONG_STEP }[event.key];
    var end = { Home: 0, End: 1 }[event.key];
    if (event.key === "Escape") {
      off();
      button.focus();
    } else if (step !== undefined || end !== undefined) {
      event.preventDefault();
      move(end === undefined ? share + step : end);
    }
  }

  function makeLine() {
    var ui = data.ui;
    var handle = el("div", "swipe-handle", {
      role: "slider", tabindex: "0", "aria-label": ui.swipe, "aria-orientation": "horizontal",
      "aria-valuemin": "0", "aria-valuemax": "100",
    });
    var node = el("div", "swipe", {}, [
      el("span", "swipe-side swipe-before", { "aria-hidden": "true" }, [ui.before]),
      el("span", "swipe-side swipe-after", { "aria-hidden": "true" }, [ui.after]), handle,
    ]);
    node.handle = handle;
    handle.addEventListener("keydown", onKey);
    node.addEventListener("pointerdown", function (event) {
      event.preventDefault();
      event.stopPropagation();
      node.setPointerCapture(event.pointerId);
      handle.focus();
    });
    node.addEventListener("pointermove", function (event) {
      if (node.hasPointerCapture(event.pointerId)) {
        var frame = app.map.getContainer().getBoundingClientRect();
        move((event.clientX - frame.left) / frame.width);
      }
    });
    L.DomEvent.disableClickPropagation(node);
    return node;
  }

  // ---- on and off ---------------------------------------------------------------------------

  function layersChanged(event) {
    var own = app.stateNames.some(function (state) { return event.layer === app.layers["villages-" + state]; });
    if (own) {
      refresh();
    }
  }

  function on() {
    symbols = symbols || makeSymbols();
    app.map.getContainer().appendChild(line);
    shown.addTo(app.map);
    app.map.on("move zoomend resize", clip).on("zoomend", resize);
    app.map.on("limitchange filterchange", refresh).on("layeradd layerremove", layersChanged);
    app.press(button, true);
    refresh();
    move(share);
    app.showCard("swipe", [
      app.status(data.ui.swipe_said), el("p", "tool-hint", {}, [data.ui.swipe_note]), app.closer("swipe"),
    ]);
    line.handle.focus({ preventScroll: true });
  }

  function off() {
    app.map.off("move zoomend resize", clip).off("zoomend", resize);
    app.map.off("limitchange filterchange", refresh).off("layeradd layerremove", layersChanged);
    shown.remove();
    line.remove();
    ["villages", "after", "changes"].forEach(function (pane) {
      app.renderer(pane).clip = null;
      app.map.getPane(pane).style.clipPath = "";
    });
    app.press(button, false);
    app.closeCard("swipe");
    forgetLegend();
    app.drawLegend([]);
  }

  app.addons.push(function (pageData) {
    if (!pageData.change) {
      return;
    }
    data = pageData;
    app.map.createPane("after").style.zIndex = 431;
    shown = L.layerGroup();
    line = makeLine();
    button = app.addTool("swipe", data.ui.swipe, ICON, true, function () {
      if (app.isPressed(button)) {
        off();
      } else {
        on();
      }
    });
  });
})(window.SpatialPlan);
