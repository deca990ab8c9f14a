// Names on the map: the most important first, each only where it covers no other name.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var LONGEST = 14;
  var MARGIN = 3;
  var GROUND = "#f1eee6";  // the darkest of the large grounds that names stand on

  function shortened(text) {
    var letters = Array.from(text);
    return letters.length > LONGEST ? letters.slice(0, LONGEST - 1).join("") + "…" : text;
  }

  function overlap(a, b) {
    return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
  }

  function hits(box, others) {
    return others.reduce(function (sum, other) { return sum + (overlap(box, other) ? 1 : 0); }, 0);
  }

  // Boxes right, left, above and below of the symbol; only centred for names without a symbol.
  function positions(point, width, height, gap) {
    var x = point.x;
    var y = point.y;
    if (!gap) {
      return [[x - width / 2, y - height / 2, x + width / 2, y + height / 2]];
    }
    return [
      [x + gap, y - height / 2, x + gap + width, y + height / 2],
      [x - gap - width, y - height / 2, x - gap, y + height / 2],
      [x - width / 2, y - gap - height, x + width / 2, y - gap],
      [x - width / 2, y + gap, x + width / 2, y + gap + height],
    ];
  }

  app.Labels = L.Layer.extend({
    // names: [{text, at, rank, min, look, owner, gap}], the highest rank first; shown(owner) tells
    // whether the layer a name belongs to is on the map.
    initialize: function (names, shown) {
      this._names = names.slice().sort(function (a, b) { return b.rank - a.rank; });
      this._shown = shown;
      this._fonts = {};
      this._pen = document.createElement("canvas").getContext("2d");
    },

    onAdd: function (map) {
      this._box = L.DomUtil.create("div", "labels", map.getPane("labels"));
      this._box.setAttribute("aria-hidden", "true");
      map.on("moveend viewreset resize", this.place, this);
      map.on("zoomstart", this._hide, this);
      this.place();
    },

    onRemove: function (map) {
      map.off("moveend viewreset resize", this.place, this);
      map.off("zoomstart", this._hide, this);
      this._box.remove();
    },

    place: function () {
      var map = this._map;
      var view = map.getPixelBounds();
      var origin = map.getPixelOrigin();
      var frame = [view.min.x - origin.x, view.min.y - origin.y, view.max.x - origin.x, view.max.y - origin.y];
      var inView = this._names.filter(this._wanted, this).map(function (name) {
        return { name: name, point: map.latLngToLayerPoint(name.at) };
      }).filter(function (item) {
        return overlap([item.point.x, item.point.y, item.point.x + 1, item.point.y + 1], frame);
      });
      var symbols = inView.filter(function (item) { return item.name.gap; }).map(function (item) {
        var r = item.name.gap - 2;
        return [item.point.x - r, item.point.y - r, item.point.x + r, item.point.y + r];
      });
      this._draw(this._chosen(inView, symbols, frame));
    },

    _hide: function () {
      this._box.style.visibility = "hidden";
    },

    _wanted: function (name) {
      return name.text && this._map.getZoom() >= name.min && this._shown(name.owner);
    },

    _chosen: function (items, symbols, frame) {
      var taken = [];
      var chosen = [];
      var said = Object.create(null);
      items.forEach(function (item) {
        var text = shortened(item.name.text);
        if (said[text] && item.name.look !== "ref") {  // a station is a feature and a place: named once
          return;
        }
        var size = this._size(text, item.name.look);
        var best = null;
        positions(item.point, size[0], size[1], item.name.gap).forEach(function (box, order) {
          var padded = [box[0] - MARGIN, box[1] - 1, box[2] + MARGIN, box[3] + 1];
          var inside = box[0] > frame[0] && box[2] < frame[2] && box[1] > frame[1] && box[3] < frame[3];
          if (!inside || hits(padded, taken)) {
            return;
          }
          var cost = hits(box, symbols) * 10 + order;
          if (!best || cost < best.cost) {
            best = { box: box, padded: padded, cost: cost };
          }
        });
        // a name that would bury two other symbols says less than it hides
        if (best && (best.cost < 30 || !item.name.gap)) {
          said[text] = true;
          taken.push(best.padded);
          chosen.push({ text: text, look: item.name.look, color: item.name.color, box: best.box });
        }
      }, this);
      return chosen;
    },

    _draw: function (chosen) {
      var box = this._box;
      box.textContent = "";
      box.style.visibility = "";
      chosen.forEach(function (item) {
        var label = L.DomUtil.create("span", "label label-" + item.look, box);
        label.textContent = item.text;
        label.dir = "auto";
        if (item.color) {
          label.style.color = app.legible(item.color, GROUND);
        }
        L.DomUtil.setPosition(label, L.point(item.box[0], item.box[1]).round());
      });
    },

    _size: function (text, look) {
      if (!this._fonts[look]) {
        var probe = L.DomUtil.create("span", "label label-" + look, this._box);
        var style = window.getComputedStyle(probe);
        this._fonts[look] = {
          font: style.fontWeight + " " + style.fontSize + " " + style.fontFamily,
          height: parseFloat(style.lineHeight),
          spacing: parseFloat(style.letterSpacing) || 0,
          extra: parseFloat(style.paddingLeft) + parseFloat(style.paddingRight),
        };
        probe.remove();
      }
      var found = this._fonts[look];
      this._pen.font = found.font;
      var letters = Array.from(text).length;
      return [this._pen.measureText(text).width + letters * found.spacing + found.extra, found.height];
    },
  });
})(window.SpatialPlan);
