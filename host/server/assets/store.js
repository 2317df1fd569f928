// What is kept in the browser: for good (the token, so that a reload finds the conversation again) and for this tab
// (messages on their way). A browser may forbid both, in a private window or an embedded page; then they last as
// long as the page.

function safely(area) {
  const memory = new Map();
  let storage;
  try {
    storage = window[area];
    storage.setItem("jackfield.test", "");
    storage.removeItem("jackfield.test");
  } catch {
    storage = null;
  }
  return {
    get(key) {
      const text = storage ? storage.getItem(`jackfield.${key}`) : memory.get(key);
      try {
        return text == null ? null : JSON.parse(text);
      } catch {
        return null;
      }
    },
    set(key, value) {
      const text = JSON.stringify(value);
      memory.set(key, text);
      try {
        storage?.setItem(`jackfield.${key}`, text);
      } catch {
        // Full: the memory has it.
      }
    },
    remove(key) {
      memory.delete(key);
      storage?.removeItem(`jackfield.${key}`);
    },
  };
}

export const lasting = safely("localStorage");
export const ofTab = safely("sessionStorage");
