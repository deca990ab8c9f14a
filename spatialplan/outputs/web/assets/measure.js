// Measure a way or an area: places by click or by key, the numbers along the ellipsoid.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var SAME_PX = 3;  // the second click of a double click adds no place
  var HECTARE = 10000;
  var KM2 = 1000000;
  var ICONS = {
    distance: "M2 13L13 2l5 5L7 18zM5 10l2 2M8 7l2 2M11 4l2 2",
    area: "M4 5l9-2l4 8l-6 6l-8-4z",
  };
  var INK = "#8c1d17";
  var shown;
  var tools = {};

  function area(m2) {
    var ui = app.data.ui;
    if (m2 < HECTARE) {
      return m2.toFixed(0) + " " + ui.square_metres;
    }
    return m2 < KM2 ? (m2 / HECTARE).toFixed(2) + " " + ui.hectares : (m2 / KM2).toFixed(2) + " " + ui.square_kilometres;
  }

  function Measure(kind) {
    this.kind = kind;
    this.places = [];
    this.pointer = null;
    this.done = false;
    var mine = this;
    this.keys = {
      " ": function () { mine.add(app.map.getCenter()); },
      Enter: function () { mine.finish(); },
      Backspace: function () { mine.undo(); },
    };
  }

  Measure.prototype = {
    start: function () {
      app.takeMap(this);
      this.places = [];
      this.done = false;
      app.map.on("click", this.clicked, this).on("dblclick", this.doubled, this).on("mousemove", this.moved, this);
      app.map.on("move", this.centred, this);
      this.tell();
    },

    // The drawing stays to be read and printed until it is cleared or the next one starts.
    stop: function () {
      app.map.off("click", this.clicked, this).off("dblclick", this.doubled, this).off("mousemove", this.moved, this);
      app.map.off("move", this.centred, this);
      this.pointer = null;
      this.done = true;
      if (this.places.length < this.least()) {
        this.clear();
      } else {
        this.tell();
      }
    },

    escape: function () {
      if (this.places.length) {
        this.places = [];
        this.tell();
      } else {
        app.releaseMap();
      }
    },

    clear: function () {
      this.places = [];
      shown.clearLayers();
      app.closeCard(this.kind);
    },

    least: function () {
      return this.kind === "area" ? 3 : 2;
    },

    clicked: function (event) {
      var last = this.places[this.places.length - 1];
      if (!last || app.map.latLngToContainerPoint(last).distanceTo(event.containerPoint) >= SAME_PX) {
        this.add(event.latlng);
      }
    },

    moved: function (event) {
      this.pointer = event.latlng;
      this.tell();
    },

    centred: function () {
      if (app.map.getContainer().classList.contains("by-key")) {
        this.pointer = app.map.getCenter();
        this.tell();
      }
    },

    add: function (place) {
      this.places.push(place);
      this.pointer = null;
      this.tell();
    },

    undo: function () {
      this.places.pop();
      this.tell();
    },

    // Two quick taps at the start are no end.
    doubled: function () {
      if (this.places.length >= this.least()) {
        this.finish();
      }
    },

    finish: function () {
      if (app.holdsMap(this)) {
        app.releaseMap();
      }
    },

    result: function (line) {
      var ui = app.data.ui;
      if (line.length < this.least()) {
        return this.kind === "area" ? ui.area_start : ui.distance_start;
      }
      if (this.kind === "distance") {
        return ui.distance_result.replace("{length}", app.length(app.lengthOf(line))).replace("{count}", line.length - 1);
      }
      if (app.crossesItself(line)) {
        return ui.area_crossed;
      }
      return ui.area_result.replace("{area}", area(app.areaOf(line)))
        .replace("{length}", app.length(app.lengthOf(line.concat([line[0]]))));
    },

    tell: function () {
      var line = this.pointer && this.places.length ? this.places.concat([this.pointer]) : this.places;
      this.draw(line);
      this.card(this.result(line));
    },

    // The card is made once for each stage; its words alone change, or its buttons would lose focus.
    card: function (words) {
      var ui = app.data.ui;
      var mine = this;
      var stage = this.kind + (this.done ? " done" : "");
      if (this.said && this.said.isConnected && this.stage === stage) {
        if (this.said.textContent !== words) {
          this.said.firstChild.textContent = words;
        }
        return;
      }
      this.stage = stage;
      this.said = app.status(words);
      var clear = app.button("tool-action", { "data-do": "clear" }, [ui.measure_clear], function () {
        app.releaseMap();
        mine.clear();
      });
      var end = app.button("tool-action", { "data-do": "end" }, [ui.measure_end], function () { mine.finish(); });
      var hint = app.el("p", "tool-hint", {}, [app.touches() ? ui.measure_hint_touch : ui.measure_hint]);
      app.showCard(this.kind, this.done ? [this.said, clear] : [this.said, hint, app.el("div", "tool-actions", {}, [end, clear])],
        function () { mine.replaced(); });
    },

    replaced: function () {
      this.places = [];
      shown.clearLayers();
      if (app.holdsMap(this)) {
        app.releaseMap();
      }
    },

    draw: function (line) {
      var look = { renderer: app.renderer("tools"), interactive: false, color: INK, weight: 2.5, className: "measured" };
      var live = this.pointer !== null;
      shown.clearLayers();
      if (line.length > 1) {
        shown.addLayer(L.polyline(line, L.extend({}, look, { color: "#fff", weight: 5, opacity: 0.85 })));
        shown.addLayer(this.kind === "area"
          ? L.polygon(line, L.extend({}, look, { fillColor: INK, fillOpacity: 0.12, dashArray: live ? "6 4" : null }))
          : L.polyline(line, L.extend({}, look, { dashArray: live ? "6 4" : null })));
      }
      this.places.forEach(function (place) {
        shown.addLayer(L.circleMarker(place, L.extend({}, look, { radius: 4, fillColor: "#fff", fillOpacity: 1, weight: 2 })));
      });
    },
  };

  app.touches = function () {
    return !window.matchMedia("(hover: hover)").matches;
  };

  app.addons.push(function (data) {
    shown = L.layerGroup().addTo(app.map);
    Object.keys(ICONS).forEach(function (kind) {
      var tool = new Measure(kind);
      tool.button = app.addTool(kind, data.ui["measure_" + kind], ICONS[kind], true, function () {
        if (app.holdsMap(tool)) {
          app.releaseMap();
        } else {
          tool.start();
        }
      });
      tools[kind] = tool;
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        Object.keys(tools).forEach(function (kind) {
          if (tools[kind].done && tools[kind].places.length) {
            tools[kind].clear();
          }
        });
      }
    });
  });
})(window.SpatialPlan);
