// A new code every 45 seconds, and at once when the phone is taken up again. Without scripts the page reloads itself.
(function () {
  var shown = document.getElementById("code");
  if (!shown) { return; }
  function renew() { shown.src = shown.dataset.address + "?" + Date.now(); }
  setInterval(renew, 45000);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { renew(); } });
})();
