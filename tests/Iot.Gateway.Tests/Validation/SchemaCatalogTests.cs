using System.Threading.Channels;
using Iot.Configuration;
using Iot.Gateway.Validation;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging;

namespace Iot.Gateway.Tests.Validation;

public sealed class SchemaCatalogTests : IDisposable
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-1");

    private readonly TempDirectory _folder = new();
    private readonly Heard<SchemaCatalog> _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_schemas_every_device_is_of_type_default()
    {
        var catalog = New(_folder["nowhere"]);
        catalog.Load();

        Assert.Equal("default", catalog.For(Pump).Type);
    }

    [Fact]
    public void A_broken_schema_at_start_is_a_broken_setting()
    {
        Write("pump.json", "{ \"type\": \"pump\",\n \"devices\": 5 }");

        var broken = Assert.Throws<SettingsException>(New(_folder.Path).Load);

        Assert.StartsWith($"{_folder["pump.json"]} line 2, devices: must be a list", broken.Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_schema_later_leaves_the_old_ones_in_force_and_says_what_to_do()
    {
        Write("pump.json", """{ "type": "pump", "devices": ["pump-*"] }""");
        var catalog = New(_folder.Path);
        catalog.Load();
        var old = catalog.For(Pump);

        Write("pump.json", """{ "type": "pump", "devices": ["pump-*"], "metrics": 5 }""");
        Write("fan.json", """{ "type": "fan", "devices": ["fan-*"] }""");
        Assert.False(catalog.Reload());
        Assert.Same(old, catalog.For(Pump));
        Assert.Equal("default", catalog.For(DeviceId.Parse("fan-1")).Type);
        var said = Assert.Single(_log.Said, entry => entry.Id == 1301).Text;
        Assert.Contains($"{_folder["pump.json"]} line 1, metrics: must be an object", said, StringComparison.Ordinal);
        Assert.EndsWith("until then all readings are judged by the schemas in force before.", said, StringComparison.Ordinal);

        Write("pump.json", """{ "type": "pump", "devices": ["pump-*"], "measurement": "new" }""");
        Assert.True(catalog.Reload());
        Assert.Equal("new"u8.ToArray(), catalog.For(Pump).Measurement);
        Assert.Equal("fan", catalog.For(DeviceId.Parse("fan-1")).Type);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_written_takes_effect_by_itself_in_a_folder_that_may_not_exist_yet(bool exists)
    {
        var path = _folder["schemas"];
        if (exists) Directory.CreateDirectory(path);
        var catalog = New(path);
        catalog.Load();
        using var watcher = new SchemaWatcher(catalog, TimeProvider.System, new Heard<SchemaWatcher>());
        await watcher.StartAsync(TestContext.Current.CancellationToken);

        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "pump.json"), """{ "type": "pump", "devices": ["pump-*"] }""");
        await _log.UntilAsync(() => catalog.For(Pump).Type is "pump").WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        File.Delete(Path.Combine(path, "pump.json"));
        await _log.UntilAsync(() => catalog.For(Pump).Type is "default").WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await watcher.StopAsync(TestContext.Current.CancellationToken);
    }

    private SchemaCatalog New(string path) => new(new() { Path = path }, new(), _log);

    private void Write(string name, string text) => File.WriteAllText(_folder[name], text);

    /// <summary>Keeps what was logged, and lets a test wait for it.</summary>
    private sealed class Heard<T> : ILogger<T>
    {
        private readonly Channel<(int Id, string Text)> _entries = Channel.CreateUnbounded<(int, string)>();

        public List<(int Id, string Text)> Said { get; } = [];

        public async Task UntilAsync(Func<bool> met)
        {
            while (!met()) await _entries.Reader.ReadAsync(TestContext.Current.CancellationToken);
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Said) Said.Add((eventId.Id, formatter(state, exception)));
            _entries.Writer.TryWrite((eventId.Id, formatter(state, exception)));
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    }
}
