// Panes with many things are drawn on one canvas each; the pointer is told what it meets there.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var HOVER_MS = 32;
  var MOST_SPRITES = 400;
  var FACETS = ["shape", "stroke", "color", "weight", "opacity", "dashArray", "fill", "fillColor", "fillOpacity"];
  // As Leaflet makes its canvases: of twice the pixels where the screen has more than one of its own.
  var DENSITY = L.Browser.retina ? 2 : 1;
  var sprites = new Map();  // by look: pictures of a symbol by radius
  var canvases = [];

  app.CANVAS_PANES = ["lines", "villages", "issues", "changes", "after"];

  function whole(value) {
    return Math.round(value * DENSITY) / DENSITY;
  }

  function strokeAndFill(pen, shape, options) {
    if (options.fill) {
      pen.globalAlpha = options.fillOpacity;
      pen.fillStyle = options.fillColor || options.color;
      pen.fill(shape, "evenodd");
    }
    if (options.stroke && options.weight) {
      pen.setLineDash(options._dashArray || []);
      pen.globalAlpha = options.opacity;
      pen.lineWidth = options.weight;
      pen.strokeStyle = options.color;
      pen.lineCap = options.lineCap;
      pen.lineJoin = options.lineJoin;
      pen.stroke(shape);
    }
  }

  function sprite(options, radius) {
    var half = Math.ceil(radius * 1.6 + options.weight + 1);
    var picture = document.createElement("canvas");
    picture.width = picture.height = 2 * half * DENSITY;
    picture.half = half;
    var pen = picture.getContext("2d");
    pen.scale(DENSITY, DENSITY);
    strokeAndFill(pen, new Path2D(app.symbolPath(options.shape, half, half, radius)), options);
    return picture;
  }

  function lookOf(layer) {
    var key = FACETS.map(function (facet) { return layer.options[facet]; }).join();
    if (!sprites.has(key)) {
      sprites.set(key, new Map());
    }
    return sprites.get(key);
  }

  // What a symbol looks like is drawn once for each size and then stamped, on whole pixels: in
  // between them every stamp would be blended anew, which takes three times as long.
  function stamp(pen, layer) {
    var radius = layer._radius;
    layer.look = layer.look || lookOf(layer);
    var picture = layer.look.get(radius);
    if (!picture) {
      if (layer.look.size > MOST_SPRITES) {
        layer.look.clear();
      }
      picture = sprite(layer.options, radius);
      layer.look.set(radius, picture);
    }
    pen.drawImage(picture, whole(layer._point.x) - picture.half, whole(layer._point.y) - picture.half, 2 * picture.half, 2 * picture.half);
  }

  // ---- the canvas of a pane -------------------------------------------------------------------

  // It lets the pointer through: `app.pointed` asks all of them, from the topmost down.
  app.Canvas = L.Canvas.extend({
    _initContainer: function () {
      L.Canvas.prototype._initContainer.call(this);
      L.DomEvent.off(this._container);
      this._container.style.pointerEvents = "none";
      canvases.push(this);
    },

    _updateStyle: function (layer) {
      layer.look = null;
      L.Canvas.prototype._updateStyle.call(this, layer);
    },

    // On paper a symbol is drawn by its lines, sharp at any size.
    drawSymbol: function (layer) {
      if (!this._drawing || layer._empty()) {
        return;
      }
      if (document.documentElement.classList.contains("printing")) {
        strokeAndFill(this._ctx, new Path2D(app.symbolPath(layer.options.shape, layer._point.x, layer._point.y, layer._radius)), layer.options);
      } else {
        this._ctx.globalAlpha = 1;
        stamp(this._ctx, layer);
      }
    },

    level: function () {
      return Number(window.getComputedStyle(this.getPane()).zIndex);
    },

    // The topmost thing under a point of the map; `clip` holds the left and right edge of what the
    // pane shows.
    at: function (place) {
      var point = this._map.containerPointToLayerPoint(place);
      var found = null;
      if (this.clip && (place.x < this.clip[0] || place.x > this.clip[1])) {
        return null;
      }
      for (var order = this._drawFirst; order; order = order.next) {
        if (order.layer.options.interactive && order.layer._containsPoint(point)) {
          found = order.layer;
        }
      }
      return found;
    },
  });

  // ---- the pointer ----------------------------------------------------------------------------

  // The level of what the browser says is under the pointer: all of the map's own, or above it.
  function levelOf(node) {
    var map = app.map.getContainer();
    var pane = node.closest ? node.closest(".leaflet-pane:not(.leaflet-map-pane)") : null;
    if (pane) {
      return Number(window.getComputedStyle(pane).zIndex);
    }
    return node === map ? -Infinity : Infinity;
  }

  // The thing on a canvas that an event of the pointer meets, unless something else lies over it.
  app.pointed = function (event) {
    var map = app.map;
    if (map.getContainer().classList.contains("tool-on") || map.dragging.moving() || map._animatingZoom) {
      return null;
    }
    var level = levelOf(event.target);
    var place = map.mouseEventToContainerPoint(event);
    var found = null;
    canvases.filter(function (canvas) { return canvas._map && canvas.level() > level; })
      .sort(function (a, b) { return b.level() - a.level(); })
      .some(function (canvas) {
        found = canvas.at(place);
        return found;
      });
    return found;
  };

  function hoverable() {
    var map = app.map;
    var container = map.getContainer();
    var over = null;
    var waits = false;
    var last = null;  // where the pointer has gone meanwhile

    function tell(layer, type, event) {
      layer.fire(type, { originalEvent: event, latlng: map.mouseEventToLatLng(event), layerPoint: map.mouseEventToLayerPoint(event) }, true);
    }

    // What the browser itself has found under the pointer says nothing while a canvas covers it.
    function below(event) {
      var layer = map._targets[L.stamp(event.target)];
      return layer === map ? null : layer;
    }

    function leave(event) {
      if (over) {
        tell(over, "mouseout", event);
        over = null;
        container.classList.remove("on-thing");
      }
    }

    function move(event) {
      var found = app.pointed(event);
      var under = below(event);
      if (found !== over) {
        leave(event);
        if (found) {
          if (under) {
            under.closeTooltip();
          }
          over = found;
          container.classList.add("on-thing");
          tell(found, "mouseover", event);
        } else if (under) {
          tell(under, "mouseover", event);
        }
      }
      if (over) {
        tell(over, "mousemove", event);
      }
    }

    // Not at every step of the pointer, but where it comes to rest.
    function rested() {
      waits = false;
      if (last) {
        moved(last);
      }
    }

    function moved(event) {
      last = waits ? event : null;
      if (!waits) {
        waits = true;
        window.setTimeout(rested, HOVER_MS);
        move(event);
      }
    }

    container.addEventListener("mousemove", moved);
    container.addEventListener("mouseleave", function (event) {
      last = null;
      leave(event);
    });
  }

  // Leaflet asks whom a click concerns: first the thing on a canvas, if there is one.
  app.guidePointer = function () {
    var map = app.map;
    var own = map._findEventTargets;
    map._findEventTargets = function (event, type) {
      var targets = own.call(map, event, type);
      var isClick = type === "click" && targets.length;  // none after dragging
      var found = isClick && event.target ? app.pointed(event) : null;
      return found ? [found].concat(targets) : targets;
    };
    hoverable();
  };
})(window.SpatialPlan);
