// Passkeys: making one on the page of one's keys, and signing a digest with one.

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const unbase64url = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const KINDS = [-7, -8, -257].map((alg) => ({ type: "public-key", alg }));

const say = (area, text) => {
  const place = area.querySelector("[data-passkey-problem]");
  place.textContent = text;
  place.hidden = false;
};

const add = (area) => {
  const form = area.querySelector("form");
  area.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.public_key.value) return;
    event.preventDefault();
    try {
      const made = await navigator.credentials.create({
        publicKey: {
          challenge: bytes(area.dataset.challenge),
          rp: { id: area.dataset.party, name: "Vitrine" },
          user: { id: bytes(area.dataset.handle), name: area.dataset.name, displayName: area.dataset.name },
          pubKeyCredParams: KINDS,
          attestation: "none",
        },
      });
      const key = made.response.getPublicKey();
      if (!key) throw new Error("kind");
      form.elements.public_key.value = base64url(key);
      form.elements.client_data.value = base64url(made.response.clientDataJSON);
      form.elements.credential_id.value = base64url(made.rawId);
      form.submit();
    } catch {
      say(area, "No passkey was made. Try again, or paste a key instead.");
    }
  });
};

const sign = (area) => {
  const form = area.querySelector("form");
  area.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.signature.value) return;
    event.preventDefault();
    try {
      const given = await navigator.credentials.get({
        publicKey: {
          challenge: bytes(area.dataset.digest),
          rpId: area.dataset.party,
          allowCredentials: area.dataset.credentials.split(" ").filter(Boolean)
            .map((id) => ({ type: "public-key", id: unbase64url(id) })),
        },
      });
      form.elements.signature.value = JSON.stringify({
        authenticator_data: base64url(given.response.authenticatorData),
        client_data: base64url(given.response.clientDataJSON),
        signature: base64url(given.response.signature),
      });
      form.submit();
    } catch {
      say(area, "Nothing was signed. Try again, or sign with a key file.");
    }
  });
};

if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-passkey-add]").forEach(add);
  document.querySelectorAll("[data-passkey-sign]").forEach(sign);
}
