// Makes the page handier: takes the code behind # of a scanned address, and a file that is dropped anywhere.
// Without it the two forms work as they are.
"use strict";
{
  const code = document.getElementById("code");
  const file = document.getElementById("file");
  const drop = document.getElementById("drop");
  const tooLarge = document.getElementById("too-large");

  const scanned = () => {
    const found = location.hash.slice(1, 101);
    if (!found) return;
    history.replaceState(null, "", location.pathname); // the code stays in no history, and "back" asks nothing anew
    code.value = found;
    code.form.requestSubmit();
  };

  const fits = () => {
    const large = file.files.length > 0 && file.files[0].size > Number(drop.dataset.most);
    tooLarge.hidden = !large;
    if (large) file.value = "";
    return !large;
  };

  const stop = event => {
    event.preventDefault();
    drop.classList.toggle("over", event.type === "dragover");
  };

  addEventListener("dragover", stop);
  addEventListener("dragleave", stop);
  addEventListener("drop", event => {
    stop(event);
    const dropped = event.dataTransfer.files[0];
    if (!dropped) return;
    const one = new DataTransfer();
    one.items.add(dropped);
    file.files = one.files;
    if (fits()) file.form.requestSubmit();
  });
  file.addEventListener("change", fits);
  addEventListener("hashchange", scanned);
  scanned();
}
