/** Not seen: password managers read from it to which account a password belongs. */
export function AccountField({ email }: { email: string }) {
	return (
		<input
			class="visually-hidden"
			type="email"
			autocomplete="username"
			value={email}
			readOnly
			tabIndex={-1}
			aria-hidden="true"
		/>
	);
}
