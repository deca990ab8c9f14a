// Printing: the choice of paper and title, the map on the sheet and back on the screen.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var SHARP = 2;                        // canvas pixels for one pixel of paper; Chromium needs a power of two
  var FRAME_PX = 2;
  var TILES_MS = 8000;
  var FILLED = 0.8;                     // of the screen, by what it was fitted to
  var chosen = { paper: "A4", title: "", number: "" };
  var seen = null;  // what the screen showed, while the page is a sheet of paper
  var el = app.el;

  // ---- map on the sheet --------------------------------------------------------------------

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
    var node = app.printSheet(chosen);
    place(node);
    app.map.options.zoomSnap = 0;
    app.printScale(node, box);
    app.map.eachLayer(function (layer) {
      if (layer instanceof L.Canvas) {
        sharpen(layer);
      }
    });
  };

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
    var size = app.PAPERS[chosen.paper];
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
      Object.keys(app.PAPERS).map(function (name) {
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
        document.getElementById("print-name").placeholder = app.printTheme() || data.plan.title;
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
