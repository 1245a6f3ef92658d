/* The LMS's side of the iframe: starts the blocks and reports the height, as courseware-chromeless.html does. */
(function () {
  "use strict";

  function Runtime() {}
  Runtime.prototype.handlerUrl = function (element, handlerName, suffix, query) {
    var url = "/courses/" + element.dataset.courseId + "/xblock/" + element.dataset.usageId + "/handler/" + handlerName;
    return url + (suffix ? "/" + suffix : "") + (query ? "?" + query : "");
  };
  window.LmsRuntime = { v1: Runtime };

  function initialize(element) {
    var holder = Array.prototype.find.call(element.children, function (child) {
      return child.classList.contains("xblock-json-init-args");
    });
    var args = holder ? JSON.parse(holder.textContent) : {};
    if (holder) {
      holder.remove();
    }
    if (element.dataset.init) {
      new window[element.dataset.init](new window.LmsRuntime.v1(), element, args);
    }
    element.classList.add("xblock-initialized");
  }
  // Children first, as the platform does.
  Array.prototype.slice.call(document.querySelectorAll(".xblock")).reverse().forEach(initialize);

  if (window === window.parent) {
    return;
  }
  var content = document.getElementById("content");
  var last = { width: 0, height: 0 };
  function report() {
    var size = { width: content.offsetWidth, height: content.offsetHeight };
    if (size.width === last.width && size.height === last.height) {
      return;
    }
    last = size;
    window.parent.postMessage({ type: "plugin.resize", payload: size }, window.location.origin);
    window.scrollTo(0, 0); // the frame never scrolls by itself
  }
  new MutationObserver(report).observe(document.body, { attributes: true, childList: true, subtree: true });
  new ResizeObserver(report).observe(document.body);
  window.addEventListener("load", report);

  // Links inside the page are taken over: the frame cannot scroll, so its parent is asked to.
  document.addEventListener("click", function (event) {
    var link = event.target.closest('a[href^="#"]');
    var target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (target) {
      event.preventDefault();
      window.parent.postMessage({ offset: target.offsetTop }, window.location.origin);
      target.focus();
    }
  });
})();
