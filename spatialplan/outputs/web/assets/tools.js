// The bar of tools on the map: one holds the clicks of the map at a time; full screen, own place.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var SVG = "http://www.w3.org/2000/svg";
  var LOCATE_MS = 15000;
  var ICONS = {
    full: "M3 8V3h5M12 3h5v5M17 12v5h-5M8 17H3v-5",
    locate: "M10 2v3M10 15v3M2 10h3M15 10h3M10 5a5 5 0 1 0 0 10a5 5 0 1 0 0-10M10 9a1 1 0 1 0 0 2a1 1 0 1 0 0-2",
  };
  var el = app.el;
  var bar;
  var held = null;  // the tool that has the clicks of the map
  var card = null;  // {owner, node, gone}: what a tool says beside the bar

  app.tools = {};
  app.addons = app.addons || [];

  app.calm = function () {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  };

  function icon(strokes) {
    var svg = document.createElementNS(SVG, "svg");
    var path = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", strokes);
    svg.appendChild(path);
    return svg;
  }

  // Add a tool to the bar; `mode` says whether it is on or off.
  app.addTool = function (id, label, strokes, mode, act) {
    var more = { id: "tool-" + id, "aria-label": label, title: label };
    var button = app.button("map-tool", mode ? L.extend({ "aria-pressed": "false" }, more) : more, [icon(strokes)], act);
    bar.appendChild(button);
    return button;
  };

  app.isPressed = function (button) {
    return button.getAttribute("aria-pressed") === "true";
  };

  app.press = function (button, on) {
    button.setAttribute("aria-pressed", String(on));
  };

  // ---- what a tool says ---------------------------------------------------------------------

  // Show nodes beside the bar, in place of what another tool said there; `gone` is called when
  // they go. Words that change are told to a screen reader by an element with role status.
  app.showCard = function (owner, nodes, gone) {
    if (card && card.owner !== owner) {
      app.closeCard(card.owner);
    }
    if (!card) {
      card = { owner: owner, node: el("div", "tool-card") };
      bar.parentNode.appendChild(card.node);
    }
    card.gone = gone;
    card.node.textContent = "";
    nodes.forEach(function (node) { card.node.appendChild(node); });
  };

  app.closeCard = function (owner) {
    if (card && card.owner === owner) {
      var closed = card;
      card = null;
      closed.node.remove();
      if (closed.gone) {
        closed.gone();
      }
    }
  };

  app.status = function (words) {
    return el("p", "tool-said", { role: "status" }, [words]);
  };

  app.closer = function (owner) {
    return app.button("tool-action", {}, [app.data.ui.tool_close], function () { app.closeCard(owner); });
  };

  // ---- who has the clicks -------------------------------------------------------------------

  // Give the clicks of the map to a tool {button, stop, escape}; things on it are silent meanwhile.
  app.takeMap = function (tool) {
    app.releaseMap();
    held = tool;
    app.clear();
    app.map.off("click", app.tapped);
    app.map.doubleClickZoom.disable();
    app.map.getContainer().classList.add("tool-on");
    app.press(tool.button, true);
    app.map.getContainer().focus({ preventScroll: true });
  };

  app.releaseMap = function () {
    var tool = held;
    if (!tool) {
      return;
    }
    held = null;
    app.map.on("click", app.tapped);
    app.map.doubleClickZoom.enable();
    app.map.getContainer().classList.remove("tool-on", "by-key");
    app.press(tool.button, false);
    tool.stop();
  };

  app.holdsMap = function (tool) {
    return held === tool;
  };

  // Keys that a tool takes while it has the map: the middle of the map is then its place.
  function onKey(event) {
    var inside = event.target === document.body || event.target === app.map.getContainer();
    if (event.key === "Escape" && held) {
      held.escape();
    } else if (held && inside) {
      if (event.key.indexOf("Arrow") === 0 || event.key === " ") {
        app.map.getContainer().classList.add("by-key");
      }
      if (held.keys && held.keys[event.key]) {
        event.preventDefault();
        held.keys[event.key]();
      }
    }
  }

  // ---- full screen and own place ------------------------------------------------------------

  function addFullScreen(ui) {
    if (!document.fullscreenEnabled) {
      return;
    }
    var button = app.addTool("full", ui.full_screen, ICONS.full, true, function () {
      if (document.fullscreenElement) {
        document.exitFullscreen();
      } else {
        document.documentElement.requestFullscreen().catch(function () {
          app.showCard("full", [app.status(ui.full_refused), app.closer("full")]);
        });
      }
    });
    document.addEventListener("fullscreenchange", function () {
      app.press(button, Boolean(document.fullscreenElement));
    });
  }

  function addLocate(ui) {
    var shown = L.layerGroup();
    var turn = 0;  // an answer that comes after the card has gone is not shown

    function say(words) {
      app.showCard("locate", [app.status(words), el("p", "tool-hint", {}, [ui.locate_private]), app.closer("locate")],
        function () { turn += 1; shown.clearLayers(); app.press(button, false); });
    }

    function found(position) {
      var at = L.latLng(position.coords.latitude, position.coords.longitude);
      var radius = position.coords.accuracy;
      var circle = L.circle(at, {
        radius: radius, renderer: app.renderer("tools"), interactive: false,
        color: "#1d4a5c", weight: 1.2, fillOpacity: 0.12, className: "own-accuracy",
      });
      shown.clearLayers();
      shown.addLayer(circle).addLayer(L.circleMarker(at, {
        radius: 6, renderer: app.renderer("tools"), interactive: false,
        color: "#fff", weight: 2, fillColor: "#1d4a5c", fillOpacity: 1, className: "own-place",
      }));
      app.fit(circle.getBounds(), !app.calm());
      say(ui.located.replace("{accuracy}", app.length(radius)));
    }

    function refused(error) {
      say([null, ui.locate_denied, ui.locate_failed, ui.locate_late][error.code] || ui.locate_failed);
    }

    var button = app.addTool("locate", ui.locate, ICONS.locate, true, function () {
      if (app.isPressed(button)) {
        app.closeCard("locate");
        return;
      }
      shown.addTo(app.map);
      say(ui.locating);
      app.press(button, true);
      if (!navigator.geolocation) {
        say(ui.locate_denied);
        return;
      }
      var mine = turn;
      function ifStill(act) {
        return function (answer) { if (mine === turn) { act(answer); } };
      }
      navigator.geolocation.getCurrentPosition(ifStill(found), ifStill(refused), {
        enableHighAccuracy: true, timeout: LOCATE_MS, maximumAge: 0,
      });
    });
  }

  // Metres or kilometres, as people say them.
  app.length = function (metres) {
    return metres < 1000 ? metres.toFixed(metres < 100 ? 1 : 0) + " " + app.data.ui.metres
      : (metres / 1000).toFixed(metres < 100000 ? 2 : 1) + " " + app.data.ui.kilometres;
  };

  app.addons.push(function (data) {
    var control = L.control({ position: "topleft" });
    control.onAdd = function () {
      var box = el("div", "map-tools leaflet-bar");
      bar = el("div", "map-tool-bar", { role: "group", "aria-label": data.ui.tools });
      box.appendChild(bar);
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(app.map);
    document.addEventListener("keydown", onKey);
    app.map.on("mousemove", function () { app.map.getContainer().classList.remove("by-key"); });
    addFullScreen(data.ui);
    addLocate(data.ui);
  });
})(window.SpatialPlan);
