using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Sensors.Exec;
using Iot.EdgeAgent.Timekeeping;
using Iot.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Sensors;

/// <summary>Real programs: small scripts of sh.</summary>
public sealed class ExecSensorTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly LineLogger _log = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_senml_pack_is_read_with_names_units_and_ages()
    {
        var readings = Once("""
            echo '[{"bn":"weather/","n":"wind","u":"m/s","v":3.5,"t":-60},'
            echo ' {"n":"raining","vb":true},{"n":"sky","vs":"overcast"}]'
            """);

        Assert.Equal(["weather/wind=3.5 m/s", "weather/raining=True", "weather/sky=overcast"], KernelTree.Lines(readings.Batch));
        Assert.Equal(60_000_000_000, readings.TimeNs - readings.Batch.Readings[0].TimeNs);
    }

    [Fact]
    public void Line_protocol_is_read_and_the_values_of_tags_stand_before_the_field()
    {
        Assert.Equal(
            ["weather/roof.wind=3.5", "weather/roof.rain=True", "weather/wind=7"],
            KernelTree.Lines(Once("echo 'weather,place=roof wind=3.5,rain=true'; echo; echo 'weather wind=7i'").Batch));
    }

    [Theory]
    [InlineData("echo 'cannot open /dev/x' >&2; exit 3", "ended with exit code 3. cannot open /dev/x")]
    [InlineData("echo 'hello there'", "neither SenML JSON nor line protocol")]
    [InlineData("echo '[{\"n\":\"a/b\",\"v\":\"text\"}]'", "left out (BadValue): a/b")]
    [InlineData("head -c 2000 /dev/zero", "printed more than 1024 bytes and was killed")]
    public void What_goes_wrong_is_said(string script, string reason)
    {
        var failure = Assert.Throws<IOException>(() => Once(script));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/program", "there is no such program"), InlineData("no-such-program", "give its whole path"), InlineData("/etc/passwd", "is not executable")]
    public void A_program_that_cannot_be_run_is_named(string program, string reason)
    {
        using var sensor = new ExecOnceSensor("x", new() { Program = program }, TimeSpan.FromSeconds(20), TimeProvider.System, _log);
        Assert.Contains(reason, Assert.Throws<IOException>(() => KernelTree.Sample(sensor)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_does_not_end_is_killed_with_what_it_started()
    {
        var pid = _directory["pid"];
        var clock = new FakeTimeProvider();
        using var sensor = new ExecOnceSensor(
            "x", new() { Program = "sh", Arguments = ["-c", $"sleep 1000 & echo $! > {pid}.new; mv {pid}.new {pid}; wait"] }, TimeSpan.FromSeconds(2), clock, _log);

        var sampling = Task.Run(() => KernelTree.Sample(sensor), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => File.Exists(pid), "it runs");
        clock.Advance(TimeSpan.FromSeconds(2));
        var failure = await Assert.ThrowsAsync<IOException>(() => sampling);
        Assert.Contains("did not end within 2 s and was killed", failure.Message, StringComparison.Ordinal);
        var grandchild = (await File.ReadAllTextAsync(pid, TestContext.Current.CancellationToken)).Trim();
        await Eventually.TrueAsync(() => Ended(grandchild), "what it started has ended");
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(7u, false)]
    public void A_command_that_root_types_leaves_the_program_to_the_agents_user_and_says_how_to_ask_it(uint? user, bool ran)
    {
        var options = new SensorOptions { Kind = SensorKind.Exec, Exec = new() { Program = "touch", Arguments = [_directory["ran"]] } };
        var catalog = new SensorCatalog(NullLogger<SensorCatalog>.Instance, TimeProvider.System, _directory.Path) { ProgramsOf = user };
        using var sensor = Assert.Single(Assert.Single(catalog.OfThisMachine(new Dictionary<string, SensorOptions> { ["weather"] = options })).Sensors);

        var failure = Record.Exception(() => KernelTree.Sample(sensor));

        Assert.Equal(ran, File.Exists(_directory["ran"]));
        if (!ran) Assert.Contains("sudo -u '#7' iot-edge-agent sensors test weather", Assert.IsType<IOException>(failure).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_sees_its_own_environment_and_directory_and_not_the_agents()
    {
        Environment.SetEnvironmentVariable("IOT_TEST_SECRET", "secret");
        using var sensor = new ExecOnceSensor(
            "x",
            new() { Program = "sh", Arguments = ["-c", "printf 'env/a text=\"%s|%s|%s\"' \"$IOT_TEST_SECRET\" \"$STATION\" \"$PWD\""], WorkingDirectory = "/usr", Environment = { ["STATION"] = "roof" } },
            TimeSpan.FromSeconds(20), TimeProvider.System, _log);

        Assert.Equal(["env_a/text=|roof|/usr"], KernelTree.Sample(sensor));
    }

    [Fact]
    public void What_it_complains_of_is_logged_but_not_each_time()
    {
        using var sensor = new ExecOnceSensor("noisy", new() { Program = "sh", Arguments = ["-c", "echo low battery >&2; echo a b=1"] }, TimeSpan.FromSeconds(20), TimeProvider.System, _log);
        for (var i = 0; i < 3; i++) Assert.Single(KernelTree.Sample(sensor));

        Assert.Contains("The program of sensor noisy says: low battery", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_is_taken_line_by_line_and_started_again_when_it_ends()
    {
        var (started, seen) = (_directory["started"], _directory["seen"]);
        var values = "echo 'a value=1'; echo 'a value=2'";
        using var sensor = Stream($"if [ -e {started} ]; then until [ -e {seen} ]; do sleep 0.1; done; {values}; sleep 1000; fi; touch {started}; {values}; exit 7");

        var (lines, failures) = (new List<string>(), new List<string>());
        await Eventually.TrueAsync(() =>
        {
            Sample(sensor, lines, failures);
            if (failures.Count > 0) File.WriteAllText(seen, ""); // until then the next run prints nothing, for that would end the failure
            return lines.Count == 4;
        }, "it was started again");
        Assert.Equal(["a/value=1", "a/value=2", "a/value=1", "a/value=2"], lines);
        Assert.Contains(failures, failure => failure.Contains("ended with exit code 7 and is started again", StringComparison.Ordinal));
        Sample(sensor, lines, failures = []);
        Assert.Empty(failures); // it runs, and has nothing to say
    }

    [Fact]
    public async Task A_program_of_another_session_that_holds_standard_error_open_does_not_keep_a_stream_from_its_next_start()
    {
        var started = _directory["started"];
        using var sensor = Stream($"echo x >> {started}; setsid sleep 60 >/dev/null & exit 7");

        var failures = new List<string>();
        await Eventually.TrueAsync(() =>
        {
            Sample(sensor, [], failures);
            return failures.Count > 0 && File.Exists(started) && File.ReadAllLines(started).Length > 1;
        }, "it was started again");
        Assert.Contains(failures, failure => failure.Contains("ended with exit code 7 and is started again", StringComparison.Ordinal));
    }

    /// <summary>The program has the machine's clock; the round has another, of the gateway or since boot.</summary>
    [Theory]
    [InlineData(60, 60, false)]
    [InlineData(3600, 3600, false)]
    [InlineData(3601, 0, true)]
    [InlineData(-1, 0, true)]
    [InlineData(1.7e9, 0, true)]
    public void A_printed_time_is_measured_against_the_clock_of_the_machine(double printedAge, double age, bool isTold)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        foreach (var round in new[] { Stamp.Unbound(7200_000_000_000, skew: double.NaN), Stamp.Of(clock.GetUtcNow().AddYears(-2)) })
        {
            var readings = new SensorReadings();
            readings.Begin(round);
            var ns = (clock.GetUtcNow().AddSeconds(-printedAge) - DateTimeOffset.UnixEpoch).Ticks * 100;
            Assert.Null(new PrintedReadings(clock).Take(System.Text.Encoding.UTF8.GetBytes($"weather temp=21.5 {ns}"), TimeSpan.Zero, readings));

            Assert.Equal(age, (round.TimeNs - readings.Batch.Readings[0].TimeNs) / 1e9);
            Assert.Equal(isTold, readings.TakeFaults() == ReadingFaults.Time);
        }
    }

    [Fact]
    public void A_printed_time_of_a_clock_that_starts_in_1970_is_kept_as_an_age()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(90));
        var readings = new SensorReadings();
        readings.Begin(Stamp.Unbound(90_000_000_000, skew: double.NaN));
        Assert.Null(new PrintedReadings(clock).Take("weather temp=21.5 30000000000"u8, TimeSpan.Zero, readings));
        Assert.Null(new PrintedReadings(clock).Take("[{\"n\":\"weather/temp\",\"v\":21.5,\"t\":-20}]"u8, TimeSpan.Zero, readings));

        Assert.Equal([60, 20], readings.Batch.Readings.ToArray().Select(reading => (readings.TimeNs - reading.TimeNs) / 1_000_000_000));
    }

    [Fact]
    public async Task Lines_that_are_too_long_or_too_many_are_left_out_and_told()
    {
        using var sensor = Stream("head -c 3000 /dev/zero | tr '\\0' x; echo; seq -f 'a value=%g' 1000; touch " + _directory["done"] + "; sleep 1000", maxWaiting: 3);
        var (lines, failures) = (new List<string>(), new List<string>());
        Sample(sensor, lines, failures); // starts it
        await Eventually.TrueAsync(() => File.Exists(_directory["done"]), "it has printed");
        await Eventually.TrueAsync(() =>
        {
            Sample(sensor, lines, failures);
            return lines.Contains("a/value=1000") && failures.Count >= 2;
        }, "all is told");

        Assert.Contains(failures, failure => failure.Contains("1 lines of more than 1024 bytes are left out", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Contains("are given up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_a_stream_is_ended_so_is_its_program()
    {
        var pid = _directory["pid"];
        var sensor = Stream($"echo $$ > {pid}.new; mv {pid}.new {pid}; sleep 1000");
        KernelTree.Sample(sensor);
        await Eventually.TrueAsync(() => File.Exists(pid), "it runs");
        sensor.Dispose();

        var child = (await File.ReadAllTextAsync(pid, TestContext.Current.CancellationToken)).Trim();
        await Eventually.TrueAsync(() => Ended(child), "it has ended");
    }

    /// <summary>Gone, or a zombie that nobody in this container waits for.</summary>
    private static bool Ended(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static void Sample(ExecStreamSensor sensor, List<string> lines, List<string> failures)
    {
        var readings = new SensorReadings();
        readings.Begin(TimeProvider.System.GetUtcNow());
        try
        {
            sensor.Sample(readings);
        }
        catch (IOException e)
        {
            failures.Add(e.Message);
        }

        lines.AddRange(KernelTree.Lines(readings.Batch));
    }

    private SensorReadings Once(string script)
    {
        using var sensor = new ExecOnceSensor("x", new() { Program = "sh", Arguments = ["-c", script], MaxBytes = 1024 }, TimeSpan.FromSeconds(20), TimeProvider.System, _log);
        var readings = new SensorReadings();
        readings.Begin(TimeProvider.System.GetUtcNow());
        sensor.Sample(readings);
        return readings;
    }

    private ExecStreamSensor Stream(string script, int maxWaiting = 100) =>
        new("x", new() { Program = "sh", Arguments = ["-c", script], MaxBytes = 1024, MaxWaiting = maxWaiting }, TimeProvider.System, _log);
}
