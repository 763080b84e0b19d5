using Microsoft.Extensions.Logging.Console;

namespace Iot.EdgeAgent.Observability;

/// <summary>The console's log, with a bound for each kind of line: a link that flaps for a year must not fill a card or drown what matters.</summary>
/// <remarks>Named as the console's provider is, so that <c>Logging:Console:LogLevel</c> keeps its meaning.</remarks>
[ProviderAlias("Console")]
internal sealed class QuietLog(ILoggerProvider console, TimeProvider clock) : ILoggerProvider, ISupportExternalScope
{
    private readonly LineBudget _budget = new(clock);

    /// <summary>Puts it between the loggers and the console.</summary>
    public static void Wrap(IServiceCollection services)
    {
        var console = services.Single(service => service.ServiceType == typeof(ILoggerProvider) && service.ImplementationType == typeof(ConsoleLoggerProvider));
        services.Remove(console);
        services.AddSingleton<ConsoleLoggerProvider>();
        services.AddSingleton<ILoggerProvider>(provider => new QuietLog(provider.GetRequiredService<ConsoleLoggerProvider>(), provider.GetRequiredService<TimeProvider>()));
    }

    public ILogger CreateLogger(string categoryName) => new Quiet(console.CreateLogger(categoryName), categoryName, _budget);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => (console as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

    public void Dispose()
    {
        _budget.Dispose(); // what was left out is said before the console ends
        console.Dispose();
    }

    private sealed class Quiet(ILogger inner, string category, LineBudget budget) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (budget.Takes((category, eventId.Id), inner, logLevel)) inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
