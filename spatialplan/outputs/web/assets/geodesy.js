// Lengths, areas and grid coordinates on the ellipsoid: a city measured on a sphere is 0.3 % wrong.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var A = 6378137;  // WGS-84; CGCS2000 differs by 0.1 mm
  var F = 1 / 298.257223563;
  var B = A * (1 - F);
  var E = Math.sqrt(F * (2 - F));
  var RAD = Math.PI / 180;
  var CLOSE_ENOUGH = 1e-12;  // radians: 0.006 mm
  var MOST_TURNS = 200;

  // sin φ to q(φ), whose share of its value at the pole is the sine of the authalic latitude
  function q(sine) {
    return (1 - E * E) * (sine / (1 - E * E * sine * sine) + Math.atanh(E * sine) / E);
  }

  var Q_POLE = q(1);
  var R_AUTHALIC = A * Math.sqrt(Q_POLE / 2);

  function onSphere(a, b) {
    var s = Math.pow(Math.sin((b.lat - a.lat) * RAD / 2), 2) + Math.cos(a.lat * RAD) * Math.cos(b.lat * RAD) *
      Math.pow(Math.sin((b.lng - a.lng) * RAD / 2), 2);
    return 2 * R_AUTHALIC * Math.asin(Math.min(1, Math.sqrt(s)));
  }

  // The angles of Vincenty's inverse formula for one guess of the longitude on the auxiliary sphere.
  function angles(u1, u2, lambda) {
    var cross = Math.cos(u2) * Math.sin(lambda);
    var along = Math.cos(u1) * Math.sin(u2) - Math.sin(u1) * Math.cos(u2) * Math.cos(lambda);
    var sinS = Math.sqrt(cross * cross + along * along);
    var cosS = Math.sin(u1) * Math.sin(u2) + Math.cos(u1) * Math.cos(u2) * Math.cos(lambda);
    var sinA = sinS ? Math.cos(u1) * cross / sinS : 0;
    var cos2A = 1 - sinA * sinA;
    return {
      sinS: sinS, cosS: cosS, s: Math.atan2(sinS, cosS), sinA: sinA, cos2A: cos2A,
      mid: cos2A ? cosS - 2 * Math.sin(u1) * Math.sin(u2) / cos2A : 0,
    };
  }

  function metres(at) {
    var u = at.cos2A * (A * A - B * B) / (B * B);
    var big = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)));
    var small = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)));
    var m = at.mid;
    var change = small * at.sinS * (m + small / 4 * (at.cosS * (2 * m * m - 1) -
      small / 6 * m * (4 * at.sinS * at.sinS - 3) * (4 * m * m - 3)));
    return B * big * (at.s - change);
  }

  // Metres between two places along the ellipsoid (Vincenty 1975); between nearly opposite ends of
  // the earth, where his series does not settle, along a sphere of the same area.
  app.distance = function (a, b) {
    var u1 = Math.atan((1 - F) * Math.tan(a.lat * RAD));
    var u2 = Math.atan((1 - F) * Math.tan(b.lat * RAD));
    var width = (b.lng - a.lng) * RAD;
    var lambda = width;
    for (var turn = 0; turn < MOST_TURNS; turn += 1) {
      var at = angles(u1, u2, lambda);
      var c = F / 16 * at.cos2A * (4 + F * (4 - 3 * at.cos2A));
      var next = width + (1 - c) * F * at.sinA *
        (at.s + c * at.sinS * (at.mid + c * at.cosS * (2 * at.mid * at.mid - 1)));
      if (Math.abs(next - lambda) < CLOSE_ENOUGH) {
        return metres(at);
      }
      lambda = next;
    }
    return onSphere(a, b);
  };

  app.lengthOf = function (line) {
    return line.slice(1).reduce(function (sum, place, at) { return sum + app.distance(line[at], place); }, 0);
  };

  // Square metres within a ring: on the authalic sphere, whose areas are those of the ellipsoid,
  // each side adds the lune between it and the equator.
  app.areaOf = function (ring) {
    var half = ring.map(function (place) {
      return Math.tan(Math.asin(q(Math.sin(place.lat * RAD)) / Q_POLE) / 2);
    });
    var excess = ring.reduce(function (sum, place, at) {
      var to = (at + 1) % ring.length;
      var turn = Math.tan((ring[to].lng - place.lng) * RAD / 2);
      return sum + 2 * Math.atan2(turn * (half[at] + half[to]), 1 + half[at] * half[to]);
    }, 0);
    return Math.abs(excess) * R_AUTHALIC * R_AUTHALIC;
  };

  function side(a, b, c) {
    return Math.sign((b.lng - a.lng) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lng - a.lng));
  }

  // Whether two sides of a ring cross: its area would then mean nothing.
  app.crossesItself = function (ring) {
    return ring.some(function (a, i) {
      var b = ring[(i + 1) % ring.length];
      return ring.some(function (c, j) {
        var d = ring[(j + 1) % ring.length];
        return j > i && side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
      });
    });
  };

  // Krüger's series in the third flattening n, right to 0.1 mm within a zone.
  function kruger(n) {
    var n2 = n * n, n3 = n2 * n, n4 = n3 * n;
    return [
      n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180, 13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440,
      61 * n3 / 240 - 103 * n4 / 140, 49561 * n4 / 161280,
    ];
  }

  function transverse(lat, turn, grid) {
    var f = 1 / grid.rf;
    var n = f / (2 - f);
    var e = 2 * Math.sqrt(n) / (1 + n);
    var radius = grid.a / (1 + n) * (1 + n * n / 4 + Math.pow(n, 4) / 64);
    var sine = Math.sin(lat * RAD);
    var t = Math.sinh(Math.atanh(sine) - e * Math.atanh(e * sine));
    var xi = Math.atan2(t, Math.cos(turn));
    var eta = Math.atanh(Math.sin(turn) / Math.sqrt(1 + t * t));
    var north = xi;
    var east = eta;
    kruger(n).forEach(function (alpha, at) {
      var j = 2 * (at + 1);
      north += alpha * Math.sin(j * xi) * Math.cosh(j * eta);
      east += alpha * Math.cos(j * xi) * Math.sinh(j * eta);
    });
    return { north: grid.k * radius * north, east: grid.k * radius * east };
  }

  // Grid coordinates by the surveyor's letters: x northing, y easting, in metres.
  app.project = function (place, grid) {
    var found = transverse(place.lat, (place.lng - grid.lon0) * RAD, grid);
    var origin = transverse(grid.lat0, 0, grid).north;
    return { x: grid.fn + found.north - origin, y: grid.fe + found.east };
  };

  function two(number) {
    return (number < 10 ? "0" : "") + number;
  }

  // Degrees, minutes and seconds; rounded first, so that no second ever reads 60.
  app.dms = function (degrees, letters) {
    var hundredths = Math.round(Math.abs(degrees) * 360000);
    var seconds = hundredths % 6000 / 100;
    var whole = Math.floor(hundredths / 6000);
    return Math.floor(whole / 60) + "°" + two(whole % 60) + "′" + (seconds < 10 ? "0" : "") + seconds.toFixed(2) +
      "″" + letters[degrees < 0 ? 1 : 0];
  };
})(window.SpatialPlan);
