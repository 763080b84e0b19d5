#pragma warning disable RS0030 // The one place that knows of a terminal; the running agent logs.

using Spectre.Console;

namespace Iot.EdgeAgent;

/// <summary>Where a person sits, if one does.</summary>
internal static class Terminal
{
    public static IAnsiConsole Open()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected) console.Profile.Width = 4096; // whole lines for whoever reads them
        return console;
    }

    /// <summary>Somebody types and sees what is asked; nothing is fed to stdin, nothing reads stdout.</summary>
    public static bool IsAttended => !Console.IsInputRedirected && !Console.IsOutputRedirected;
}
