using System.CommandLine;
using Iot.Configuration;
using Iot.Gateway.EmbeddedStore;
using Iot.Journal;
using Microsoft.Extensions.Options;

namespace Iot.Gateway.Commands;

/// <summary>A command that takes settings, and turns what a person can mend into one line on stderr and exit code 1; 2 for wrong settings.</summary>
internal static class GatewayCommand
{
    public static Command Create(string name, string description, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description);
        command.SetAction((parsed, cancellation) => GuardAsync(() => action(parsed, cancellation)));
        return command;
    }

    public static async Task<int> GuardAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (Explain(e) is { } lines)
        {
            foreach (var line in lines) Terminal.Error(line);
            return IsSetting(e) ? GatewayCommandLine.WrongUsage : GatewayCommandLine.Failed;
        }
    }

    /// <summary>Starting again does not help: the unit of systemd relies on the exit code 2.</summary>
    private static bool IsSetting(Exception e) =>
        e is SettingsException or OptionsValidationException or InvalidOperationException || (e is AggregateException { InnerExceptions: [var only] } && IsSetting(only));

    /// <summary>Null for our own mistakes: those keep their stack trace.</summary>
    private static IEnumerable<string>? Explain(Exception e) => e switch
    {
        SettingsException settings => settings.Problems,
        OptionsValidationException options => options.Failures,
        JournalLockedException or JournalUnusableException => [e.Message],
        IOException or UnauthorizedAccessException or HttpRequestException => [e.Message],
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => [BindingProblem(e)],
        InvalidDataException or TimeoutException or SqlRefusedException => [e.Message],
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        _ => null,
    };

    /// <summary>The binder says "Failed to convert configuration value 'x' at 'Mqtt:Port' to type 'System.Int32'."; a person is told what is wanted.</summary>
    private static string BindingProblem(Exception e) => e.Message.Split('\'') is [_, .. var value, " at ", var key, " to type ", var type, _]
        ? $"{key} = {string.Join('\'', value)}: must be {Wanted(type)}."
        : e.Message;

    private static string Wanted(string type) => type switch
    {
        "System.Int32" or "System.Int64" => "a whole number",
        "System.Double" => "a number",
        "System.Boolean" => "true or false",
        "System.TimeSpan" => "a duration, hh:mm:ss or d.hh:mm:ss",
        "System.Uri" => "an address such as http://127.0.0.1:8080",
        _ when typeof(GatewayCommand).Assembly.GetType(type) is { IsEnum: true } words => $"one of {string.Join(", ", Enum.GetNames(words))}",
        _ => $"a {type}",
    };
}
