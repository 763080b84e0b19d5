namespace Iot.Gateway.Tests.Influx;

public sealed class InfluxCheckTests
{
    [Theory]
    [InlineData(204, "", true, "takes writes")]
    [InlineData(400, """{"code":"invalid","message":"writing requires points"}""", true, "takes writes")]
    [InlineData(401, """{"message":"unauthorized access"}""", false, "401 unauthorized access; check Influx:Token")]
    [InlineData(404, """{"message":"bucket \"b\" not found"}""", false, "create the bucket, or correct Influx:Org, Influx:Bucket")]
    [InlineData(302, "", false, "check Influx:Url")]
    [InlineData(500, "x", false, "is it running")]
    public async Task What_it_finds_is_told_with_what_to_do(int status, string body, bool isWell, string words)
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(status, body));
        await using var rig = SinkRig.Over(server.Url, "Bucket=b");
        var finding = await rig.Check.CheckAsync(TestContext.Current.CancellationToken);

        Assert.Equal(isWell, finding.IsWell);
        Assert.Contains(words, finding.Words);
        Assert.Contains("bucket 'b'", finding.Words);
    }

    [Fact]
    public async Task No_answer_is_told_as_such()
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(0) { Silent = true });
        await using var rig = SinkRig.Over(server.Url, "Bucket=b", "Timeout=00:00:00.200");

        Assert.Contains("no answer within 0.2 s", (await rig.Check.CheckAsync(TestContext.Current.CancellationToken)).Words);
    }
}
