// Saves the view as a file: what Python gives, and where the map was moved to.

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  button.title = data.help;
  button.querySelector("span:not(.icon)").textContent = data.label;
  button.onclick = () => {
    const position = Position.of(window.location);
    const view = { ...JSON.parse(data.content), ...(position && { position }) };
    const file = new Blob([JSON.stringify(view, null, 1)], { type: "application/json" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: data.file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
}
