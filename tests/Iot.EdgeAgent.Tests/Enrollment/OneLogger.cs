using Microsoft.Extensions.Logging;

namespace Iot.EdgeAgent.Tests.Enrollment;

/// <summary>Whoever asks for a logger gets the test's.</summary>
internal sealed class OneLogger(ILogger logger) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => logger;

    public void Dispose()
    {
        // nothing is held
    }
}
