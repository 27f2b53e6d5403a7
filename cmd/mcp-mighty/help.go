package main

import "github.com/spf13/cobra"

// helpKnows makes help about a command that does not exist a mistake, which it
// leaves in wrong. Cobra shows the help of the command above it instead, as if
// all were well.
func helpKnows(root *cobra.Command) (wrong *error) {
	wrong = new(error)
	show := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if words := cmd.Flags().Args(); cmd.HasSubCommands() && len(words) > 0 {
			*wrong = aSubcommand(cmd, words)
			return
		}
		show(cmd, args)
	})
	root.SetHelpCommand(&cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Say more about a command",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err == nil && len(rest) > 0 && cmd.HasSubCommands() {
				err = aSubcommand(cmd, rest)
			}
			if err != nil {
				return err
			}
			return cmd.Help()
		},
	})
	return wrong
}
