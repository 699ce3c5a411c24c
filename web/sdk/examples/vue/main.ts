// A board in Vue, on an origin of its own: it signs in with a token, and stays current.
import { createClient } from "boardcast";
import { debug } from "boardcast/debug";
import { boardcast } from "boardcast/vue";
import { createApp } from "vue";
import App from "./app.vue";
import SignIn from "./sign-in.vue";

const signIn = createApp(SignIn, {
	onDone: (url: string, token: string) => {
		const client = createClient({ url, token });
		if (location.hash === "#debug") debug(client);
		signIn.unmount();
		createApp(App).use(boardcast(client)).mount("#app");
	},
});
signIn.mount("#app");
