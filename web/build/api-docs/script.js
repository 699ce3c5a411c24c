// What the pages do beyond being read: the theme that was chosen on the page, copying, and finding.
const theme = localStorage.getItem("boardcast.theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

// On a phone the contents are folded; without this script they stay open.
const contents = document.querySelector(".pages details");
const narrow = matchMedia("(max-width: 60rem)");
const fold = () => {
	contents.open = !narrow.matches;
};
narrow.addEventListener("change", fold);
fold();

if (navigator.clipboard) {
	for (const block of document.querySelectorAll(".code")) {
		const button = document.createElement("button");
		button.type = "button";
		button.textContent = "Copy";
		button.addEventListener("click", async () => {
			try {
				await navigator.clipboard.writeText(block.querySelector("pre").textContent);
				button.textContent = "Copied";
			} catch {
				button.textContent = "Not copied";
			}
			setTimeout(() => {
				button.textContent = "Copy";
			}, 2000);
		});
		block.append(button);
	}
}

const field = document.getElementById("find");
if (field) {
	const found = document.getElementById("found");
	const sections = [...document.querySelectorAll(".noun")];
	field.parentElement.hidden = false;
	field.addEventListener("input", () => {
		const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
		let count = 0;
		for (const section of sections) {
			let some = false;
			for (const item of section.querySelectorAll("li")) {
				item.hidden = !words.every((word) => item.dataset.words.includes(word));
				some ||= !item.hidden;
				count += item.hidden ? 0 : 1;
			}
			section.hidden = !some;
		}
		found.textContent = words.length > 0 ? `${count} of them` : "";
	});
}
