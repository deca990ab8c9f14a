// Filters: the choices of each facet, what the map keeps of them, the notice that some are set.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var el = app.el;

  // A choice among the values of some facets. `read` gives by facet the values of an item; `fits`
  // is any further condition. Values of one facet add up, facets narrow each other.
  app.facets = function (items, read, fits) {
    var names = Object.keys(read);
    var wanted = {};

    function passes(item, but) {
      return names.every(function (name) {
        return name === but || !wanted[name].length ||
          [].concat(read[name](item)).some(function (value) { return wanted[name].indexOf(value) >= 0; });
      }) && fits(item);
    }

    function clear() {
      names.forEach(function (name) { wanted[name] = []; });
    }

    clear();
    return {
      wanted: wanted,
      clear: clear,
      isSet: function () { return names.some(function (name) { return wanted[name].length > 0; }); },
      kept: function () { return items.filter(function (item) { return passes(item, ""); }); },
      // How many items each value of a facet would leave, as the other facets stand.
      counts: function (name) {
        var counts = new Map();
        items.filter(function (item) { return passes(item, name); }).forEach(function (item) {
          [].concat(read[name](item)).forEach(function (value) { counts.set(value, (counts.get(value) || 0) + 1); });
        });
        return counts;
      },
    };
  };

  // A list of the values of a facet, or `whole` for all of them; `tell` redraws it with pairs of
  // value and name. A value that would leave nothing cannot be chosen.
  app.facetSelect = function (label, whole, choose) {
    var field = el("select", "finder", { "aria-label": label });
    field.addEventListener("change", function () { choose(field.value ? [field.value.slice(1)] : []); });
    function add(value, words, off) {
      var node = el("option", "", { value: value });
      node.textContent = words;
      node.disabled = off;
      field.appendChild(node);
    }
    return { node: field, tell: function (pairs, counts, wanted) {
      field.textContent = "";
      add("", whole, false);
      pairs.forEach(function (pair) {
        var count = counts.get(pair[0]) || 0;
        add("=" + pair[0], app.data.ui.choice.replace("{count}", count).replace("{name}", function () { return pair[1]; }),
          !count && wanted.indexOf(pair[0]) < 0);
      });
      field.value = wanted.length ? "=" + wanted[0] : "";
    } };
  };

  function idOf(shape, key) {
    if (shape.feature) {
      return shape.feature.properties[key];
    }
    return shape.standsFor && shape.standsFor[0] === key ? shape.standsFor[1] : undefined;
  }

  // Take the shapes of what a filter leaves out from the layers of the map, put the others back.
  app.keepOnMap = function (key, keeps) {
    app.data.tree.forEach(function (item) {
      app.layers[item.id].eachLayer(function (piece) {
        piece.whole = piece.whole || piece.getLayers();
        piece.whole.forEach(function (shape) {
          var id = idOf(shape, key);
          if (id !== undefined && keeps(id) !== piece.hasLayer(shape)) {
            piece[keeps(id) ? "addLayer" : "removeLayer"](shape);
          }
        });
      });
    });
    app.rescale();  // the symbols put back may be of another scale
  };

  // A name that is not kept waits for a scale that never comes.
  app.keepLabel = function (label, kept) {
    label.first = label.first === undefined ? label.min : label.first;
    label.min = kept ? label.first : Infinity;
  };

  // Say on the map how many of what a filter keeps, with a button that clears it; nothing where
  // `words` are empty.
  app.tellFilter = function (key, words, clear) {
    var box = document.getElementById("filtered");
    if (!box) {
      box = el("div", "filtered", { id: "filtered", "aria-live": "polite" });
      L.DomEvent.disableClickPropagation(box);
      app.map.getContainer().appendChild(box);
    }
    var chip = Array.from(box.children).filter(function (node) { return node.dataset.filtered === key; })[0];
    if (chip) {
      chip.remove();
    }
    if (words) {
      box.appendChild(el("p", "", { "data-filtered": key }, [words, app.button("", {}, [app.data.ui.clear_filter], clear)]));
    }
  };
})(window.SpatialPlan);
