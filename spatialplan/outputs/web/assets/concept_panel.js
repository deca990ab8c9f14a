// Layout concepts: the answer to each, its findings, and its sketches on the map.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var data;
  var el = app.el;
  var opened = null;  // the concept whose sketches this panel has switched on

  function conceptOf(id) {
    return data.concepts.filter(function (concept) { return concept.id === id; })[0];
  }

  function setLayer(concept, on) {
    var check = concept.layer && document.querySelector("[data-layer='" + concept.layer + "']");
    if (check && check.checked !== on) {
      check.click();
      return true;
    }
    return false;
  }

  // How many findings are in each state, those without any left out.
  function tally(concept) {
    return el("span", "tally", {}, Object.keys(concept.counts).filter(function (state) {
      return concept.counts[state];
    }).map(function (state) {
      return el("span", "", { title: data.states[state].label }, [
        app.badge(data, state), el("span", "visually-hidden", {}, [data.states[state].label]), concept.counts[state],
      ]);
    }));
  }

  // Only the tab scrolls: scrolling into view would move the whole page of a phone.
  function toTop(node) {
    var page = node.closest(".page");
    page.scrollTop += node.getBoundingClientRect().top - page.getBoundingClientRect().top;
  }

  function claimLink(id) {
    var claim = data.claims.filter(function (item) { return item.id === id; })[0];
    return app.button("feature", { "data-goto": id }, [app.badge(data, claim.state), claim.sentence], function () {
      app.openTab("claims");
      var filter = document.querySelector("#page-claims .chip[aria-pressed='true']");
      if (filter) {
        filter.click();  // it may hide the claim
      }
      var head = document.querySelector("#page-claims [data-claim='" + id + "']");
      if (head.getAttribute("aria-expanded") !== "true") {
        head.click();
      }
      toTop(head);
    });
  }

  function findingItem(finding) {
    return el("li", "finding", { "data-state": finding.state }, [
      app.badge(data, finding.state),
      el("div", "", {}, [
        el("b", "", {}, [finding.question]),
        el("span", "visually-hidden", {}, [data.states[finding.state].label]),
        el("p", "", {}, [finding.answer]),
        el("div", "", {}, finding.claims.map(claimLink)),
      ]),
    ]);
  }

  function facts(concept) {
    return [
      el("ul", "plain", {}, concept.findings.map(findingItem)),
      concept.notes.length ? app.bullets(concept.notes) : null,
      app.clause(data, concept.clause),
      el("p", "lead", {}, [data.ui.concept_tables]),
    ].filter(Boolean);
  }

  // While a concept is open, the features of the plan stand back behind its sketches.
  function spotlight(on) {
    app.map.getContainer().classList.toggle("spotlight", on);
  }

  app.closeConcepts = function () {
    app.concept = null;
    spotlight(false);
    if (opened) {
      setLayer(opened, false);
      opened = null;
    }
    document.querySelectorAll("#page-concepts .concept[aria-expanded='true']").forEach(function (head) {
      head.setAttribute("aria-expanded", "false");
      head.nextElementSibling.textContent = "";
      head.nextElementSibling.hidden = true;
    });
    app.map.fire("pick");
  };

  // The layer that an open concept has switched on for as long as it is open; empty without one.
  app.lentLayer = function () {
    return opened ? opened.layer : "";
  };

  function conceptItem(concept) {
    var box = el("div", "opened-concept", { hidden: "" });
    var head = app.button("concept", { "aria-expanded": "false", "data-concept": concept.id }, [
      el("span", "concept-name", {}, [concept.name]), tally(concept), el("span", "concept-answer", {}, [concept.answer]),
    ], function () {
      var wasOpen = head.getAttribute("aria-expanded") === "true";
      app.closeConcepts();
      if (wasOpen) {
        return;
      }
      app.clear();
      app.concept = concept.id;
      head.setAttribute("aria-expanded", "true");
      facts(concept).forEach(function (part) { box.appendChild(part); });
      box.hidden = false;
      opened = concept;  // before its layer changes: nobody shall take that for the reader's choice
      if (!setLayer(concept, true)) {
        opened = null;
      }
      spotlight(true);
      app.fit(concept.box, true);
      toTop(head);
      app.map.fire("pick");
    });
    return el("li", "", {}, [head, box]);
  }

  // The tab of the layout concepts, in a list; the list is empty where the plan has none.
  app.conceptTabs = function (pageData) {
    data = pageData;
    return data.concepts.length ? [["concepts", data.ui.concepts, function () {
      return [el("ul", "plain concepts", {}, data.concepts.map(conceptItem))];
    }]] : [];
  };

  app.kinds.s = {
    tip: function (id) {
      var sketch = app.data.sketches[id];
      return sketch.label || sketch.role;
    },
    card: function (id) {
      var sketch = app.data.sketches[id];
      var concept = conceptOf(sketch.concept);
      return el("article", "card", {}, [
        el("h3", "", {}, [sketch.label || sketch.role]),
        app.facts([[data.ui.kind, sketch.role], [data.ui.concept, concept.name], [data.ui.answer, concept.answer]]),
      ]);
    },
    draw: function (id) { app.outline(app.shapesOf("s", id)); },
  };
})(window.SpatialPlan);
