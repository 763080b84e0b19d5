using System.CommandLine;
using System.CommandLine.Parsing;
using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Commands;

/// <summary>The options that say which dead letters are meant; they go to the API as they are, and it judges them.</summary>
internal sealed class DeadLetterOptions
{
    private readonly Option<string> _device = new("--device") { Description = "Only of this device." };
    private readonly Option<string> _reason = new("--reason") { Description = "Only refused for this reason, as in metrics: above_maximum." };
    private readonly Option<string> _sink = new("--sink") { Description = "Only refused by this sink, or by ingest." };
    private readonly Option<string> _from = new("--from") { Description = "First moment of receipt that counts: unix seconds or RFC 3339." };
    private readonly Option<string> _to = new("--to") { Description = "First moment of receipt that does not count any more." };

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Add(option);
    }

    public bool IsAnyGiven(CommandResult parsed) => All.Any(option => parsed.GetResult(option) is not null);

    public DeadLettersParameters Read(ParseResult parsed) => new()
    {
        Device = parsed.GetValue(_device),
        Reason = parsed.GetValue(_reason),
        Sink = parsed.GetValue(_sink),
        From = parsed.GetValue(_from),
        To = parsed.GetValue(_to),
    };

    private Option<string>[] All => [_device, _reason, _sink, _from, _to];
}
