using System.CommandLine;

namespace Iot.Gateway.Commands;

/// <summary>What can be typed after <c>iot-gateway</c>. Exit codes: 0 done, 1 failed, 2 wrong usage.</summary>
internal static class GatewayCommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <summary>By default the parser ends the process 2 s after SIGTERM with exit code 143; draining may take 10.</summary>
    private static readonly InvocationConfiguration LetTheHostDrain = new() { ProcessTerminationTimeout = null };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var words = SettingArguments.Split(arguments);
        var parsed = Root(words.Settings).Parse(words.Command);
        var mistakes = parsed.Errors.Select(error => error.Message).Concat(words.Mistakes).ToList();
        if (mistakes.Count == 0) return await parsed.InvokeAsync(LetTheHostDrain);

        foreach (var mistake in mistakes) Terminal.Error(mistake);
        Terminal.Error("Type 'iot-gateway --help' for what there is.");
        return WrongUsage;
    }

    /// <param name="settings">For the configuration of whatever command is run.</param>
    public static RootCommand Root(IReadOnlyList<string> settings)
    {
        var root = new RootCommand(
            "Takes sensor readings over MQTT, keeps them on disk before it acknowledges them, and delivers them to every sink. " +
            "Settings go behind any command as --Section:Key value, such as --Mqtt:Port 1883; " +
            "or as Section__Key in the environment, or into /etc/iot-gateway/*.json.")
        {
            RunCommand.Create(settings),
            CheckCommand.Create(settings),
            HealthCommand.Create(settings),
            DevicesCommand.Create(settings),
            CaCommand.Create(settings),
            UsersCommand.Create(settings),
            KeysCommand.Create(settings),
            LedgerCommand.Create(settings),
            DeadLettersCommand.Create(settings),
            AuditCommand.Create(settings),
            JournalCommand.Create(),
            ReplayCommand.Create(settings),
            SqlCommand.Create(settings),
            BackupCommand.Create(settings),
            RestoreCommand.Create(settings),
        };
        root.SetAction((_, cancellation) => RunCommand.ServeAsync(settings, cancellation));
        return root;
    }
}
