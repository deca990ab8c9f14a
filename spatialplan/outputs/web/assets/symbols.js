// Point symbols: one path per shape, used by the markers on the map and by the legend alike.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var SVG = "http://www.w3.org/2000/svg";

  function number(value) {
    return Math.round(value * 10) / 10;
  }

  function closed(points) {
    return "M" + points.map(function (p) { return number(p[0]) + " " + number(p[1]); }).join("L") + "Z";
  }

  function regular(x, y, radius, corners, turn) {
    var points = [];
    for (var i = 0; i < corners; i += 1) {
      var angle = turn + (i * 2 * Math.PI) / corners;
      points.push([x + radius * Math.sin(angle), y - radius * Math.cos(angle)]);
    }
    return closed(points);
  }

  // Radius and diameter must agree to the last digit, or the arcs make an egg.
  function circle(x, y, radius) {
    var r = number(radius);
    return "M" + number(x - r) + " " + number(y) +
      "a" + number(r) + " " + number(r) + " 0 1 0 " + number(2 * r) + " 0" +
      "a" + number(r) + " " + number(r) + " 0 1 0 " + number(-2 * r) + " 0Z";
  }

  function star(x, y, r) {
    var points = [];
    for (var i = 0; i < 10; i += 1) {
      var reach = i % 2 ? r * 0.55 : r * 1.25;
      points.push([x + reach * Math.sin((i * Math.PI) / 5), y - reach * Math.cos((i * Math.PI) / 5)]);
    }
    return closed(points);
  }

  function cross(x, y, r, turned) {
    var arm = r * 0.36;
    var corners = [[-arm, -r], [arm, -r], [arm, -arm], [r, -arm], [r, arm], [arm, arm],
      [arm, r], [-arm, r], [-arm, arm], [-r, arm], [-r, -arm], [-arm, -arm]];
    var c = turned ? Math.SQRT1_2 : 1;
    var s = turned ? Math.SQRT1_2 : 0;
    return closed(corners.map(function (p) {
      return [x + c * p[0] - s * p[1], y + s * p[0] + c * p[1]];
    }));
  }

  var SHAPES = {
    circle: circle,
    square: function (x, y, r) { return regular(x, y, r * 1.2, 4, Math.PI / 4); },
    diamond: function (x, y, r) { return regular(x, y, r * 1.2, 4, 0); },
    triangle: function (x, y, r) { return regular(x, y + r * 0.2, r * 1.3, 3, 0); },
    wedge: function (x, y, r) { return regular(x, y - r * 0.2, r * 1.3, 3, Math.PI); },
    pentagon: function (x, y, r) { return regular(x, y, r * 1.1, 5, 0); },
    hexagon: function (x, y, r) { return regular(x, y, r * 1.08, 6, Math.PI / 6); },
    star: star,
    cross: function (x, y, r) { return cross(x, y, r * 1.1, false); },
    // the five states of a village, told apart without colour
    "✓": circle,
    "✗": function (x, y, r) { return cross(x, y, r * 1.35, true); },
    "?": function (x, y, r) { return circle(x, y, r * 1.1) + circle(x, y, r * 0.55); },
    "⊘": function (x, y, r) {
      return circle(x, y, r * 1.1) + closed([[x - r * 0.75, y - r * 0.35], [x - r * 0.35, y - r * 0.75],
        [x + r * 0.75, y + r * 0.35], [x + r * 0.35, y + r * 0.75]]);
    },
    "–": function (x, y, r) {
      return closed([[x - r, y - r * 0.4], [x + r, y - r * 0.4], [x + r, y + r * 0.4], [x - r, y + r * 0.4]]);
    },
  };

  function path(shape, x, y, radius) {
    return (SHAPES[shape] || circle)(x, y, radius);
  }

  app.symbolPath = path;

  app.Symbol = L.CircleMarker.extend({
    _updatePath: function () {
      if (this._renderer.drawSymbol) {
        this._renderer.drawSymbol(this);
        return;
      }
      var drawn = this._empty() ? "M0 0" : path(this.options.shape, this._point.x, this._point.y, this._radius);
      this._renderer._setPath(this, drawn);
    },
  });

  function styled(node, style) {
    node.setAttribute("stroke", style.color);
    node.setAttribute("fill-rule", "evenodd");  // as on the map: rings and bars stay hollow
    node.setAttribute("stroke-width", style.weight);
    node.setAttribute("stroke-dasharray", style.dashArray || "none");
    node.setAttribute("fill", style.fillColor || "none");
    node.setAttribute("fill-opacity", style.fillOpacity === undefined ? 1 : style.fillOpacity);
    return node;
  }

  // A swatch for lists and legend; `form` is point, line or area.
  app.icon = function (form, style) {
    var svg = document.createElementNS(SVG, "svg");
    var mark = document.createElementNS(SVG, form === "area" ? "rect" : "path");
    svg.setAttribute("viewBox", "0 0 28 18");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    if (form === "area") {
      mark.setAttribute("x", 4);
      mark.setAttribute("y", 3);
      mark.setAttribute("width", 20);
      mark.setAttribute("height", 12);
    } else {
      mark.setAttribute("d", form === "line" ? "M2 9H26" : path(style.shape, 14, 9, Math.min(style.radius, 7)));
    }
    styled(mark, style);
    if (form === "line") {
      mark.setAttribute("fill", "none");
    }
    svg.appendChild(mark);
    return svg;
  };
})(window.SpatialPlan);
