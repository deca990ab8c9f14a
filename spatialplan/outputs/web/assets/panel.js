// The side panel, a bottom sheet on a phone: title, tabs, pages. Each page says what its tabs hold.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var data;
  var el = app.el;

  function heading() {
    var meta = [data.plan.number, data.plan.date, data.plan.issuer].filter(Boolean).join(" · ");
    return el("header", "title", {}, [
      el("h1", "", {}, [data.plan.title]),
      el("p", "meta", {}, [meta]),
      el("div", "toolbar", { id: "toolbar" }),
    ]);
  }

  // ---- tabs and sheet -----------------------------------------------------------------------

  function tabs(all) {
    var bar = el("div", "tabs", { role: "tablist", "aria-label": data.ui.panel });
    var pages = el("div", "pages");
    all.forEach(function (tab) {
      var handle = app.button("tab", { role: "tab", id: "tab-" + tab[0], "aria-controls": "page-" + tab[0] }, [tab[1]],
        function () { openTab(tab[0]); setSheet(true); });
      bar.appendChild(handle);
      pages.appendChild(el("div", "page", {
        role: "tabpanel", id: "page-" + tab[0], "aria-labelledby": "tab-" + tab[0], tabindex: "0",
      }, tab[2]()));
    });
    bar.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        var at = all.findIndex(function (tab) { return document.activeElement.id === "tab-" + tab[0]; });
        var next = all[(at + step + all.length) % all.length][0];
        openTab(next);
        document.getElementById("tab-" + next).focus();
      }
    });
    return [bar, pages];
  }

  function openTab(name) {
    document.querySelectorAll("#panel .tab").forEach(function (handle) {
      var on = handle.id === "tab-" + name;
      handle.setAttribute("aria-selected", String(on));
      handle.tabIndex = on ? 0 : -1;
    });
    document.querySelectorAll("#panel .page").forEach(function (page) {
      page.hidden = page.id !== "page-" + name;
    });
    app.tab = name;
    app.map.fire("tabchange");
  }

  // Only a phone shows the handle and the closed sheet.
  function setSheet(open) {
    var panel = document.getElementById("panel");
    var handle = document.getElementById("sheet");
    panel.classList.toggle("closed", !open);
    handle.setAttribute("aria-expanded", String(open));
    handle.setAttribute("aria-label", open ? data.ui.collapse : data.ui.expand);
    app.settle();
  }

  app.setSheet = setSheet;
  app.openTab = openTab;

  app.buildPanel = function (pageData) {
    data = pageData;
    var all = app.page.tabs(data);
    var panel = document.getElementById("panel");
    panel.setAttribute("aria-label", data.ui.panel);
    panel.appendChild(app.button("sheet", { id: "sheet", "aria-controls": "panel" }, [], function () {
      setSheet(panel.classList.contains("closed"));
    }));
    panel.appendChild(heading());
    (app.page.top ? app.page.top(data) : []).forEach(function (part) { panel.appendChild(part); });
    tabs(all).forEach(function (part) { panel.appendChild(part); });
    openTab(all[0][0]);
    setSheet(true);
  };
})(window.SpatialPlan);
