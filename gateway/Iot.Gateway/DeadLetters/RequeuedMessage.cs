using Iot.Gateway.Mqtt;
using Iot.Gateway.Observability;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Wire;

namespace Iot.Gateway.DeadLetters;

/// <summary>The dead letters of one message, judged again together.</summary>
/// <param name="letters">All of one message and one origin, each waiting.</param>
/// <param name="payload">The whole message.</param>
/// <param name="desk">What it is decoded and judged at; holds the result.</param>
internal sealed class RequeuedMessage(List<KeptDeadLetter> letters, byte[] payload, IngestDesk desk, DeviceSchema schema)
{
    private readonly Dictionary<long, RequeueOutcome> _outcomes = [];
    private readonly DeadLetter _letter = letters[0].Letter;

    /// <summary>As it was received.</summary>
    public ReceivedMessage Message { get; } = new(letters[0].Letter.Device, letters[0].Letter.Format, payload, letters[0].Letter.ReceivedAtNs);

    public DeviceSchema Schema => schema;

    public IngestDesk Desk => desk;

    /// <summary>Of the reading with this index, what <see cref="TryJudge"/> found.</summary>
    public bool IsAccepted(int index) => !desk.Rejections.Exists(rejection => rejection.Index == index);

    /// <summary>Whose letters they are.</summary>
    public RequeuedFrom From => new(
        _letter.Offset, _letter.Index == DeadLetter.WholeMessage,
        _letter.Origin.Equals(DeadLetter.Ingest, StringComparison.Ordinal) ? null : _letter.Origin);

    public IReadOnlyList<RequeueOutcome> Outcomes => [.. _outcomes.Values];

    /// <summary>The letters that the record takes back.</summary>
    public IReadOnlyList<LetterKey> Accepted =>
        [.. letters.Where(letter => _outcomes[letter.Id].Result == RequeueResult.Requeued).Select(letter => letter.Letter.Key)];

    /// <summary>Leaves at the desk the readings that the record is not to deliver.</summary>
    /// <returns>False when nothing is accepted.</returns>
    public bool TryJudge(int mostReadings)
    {
        var context = new DecodeContext(Message.Device, Message.ReceivedAtNs, mostReadings);
        if (!desk.Decoder.TryDecode(Message.Format, payload, context, desk.Batch, out var why))
        {
            Fail(RequeueResult.StillRefused, $"It still cannot be read: {SnakeCase.Of((RejectReason)why.Error)} at byte {why.Position}.");
            return false;
        }

        desk.Judge(schema, Message.ReceivedAtNs, opensSeries: false); // a dry run changes nothing, and of a message perhaps one reading is taken
        return From.WholeMessage ? TakeWhole() : TakeReadings();
    }

    /// <summary>None of those accepted so far is, for the same reason.</summary>
    public void Fail(RequeueResult result, string detail)
    {
        foreach (var letter in letters)
        {
            if (!_outcomes.TryGetValue(letter.Id, out var before) || before.Result == RequeueResult.Requeued)
                _outcomes[letter.Id] = new(letter.Id, result, detail);
        }
    }

    /// <summary>What is refused of it becomes dead letters of its own.</summary>
    private bool TakeWhole()
    {
        var accepted = desk.Batch.Count - desk.Rejections.Count;
        if (accepted == 0) Fail(RequeueResult.StillRefused, "It can be read now, but each of its readings is refused.");
        else Accept(letters[0].Id, $"{accepted} of its {desk.Batch.Count} readings are accepted.");
        return accepted > 0;
    }

    private bool TakeReadings()
    {
        var refused = desk.Rejections.ToDictionary(rejection => rejection.Index, rejection => rejection.Reason);
        var taken = new HashSet<int>();
        foreach (var letter in letters)
        {
            var index = letter.Letter.Index;
            if (index >= desk.Batch.Count) _outcomes[letter.Id] = new(letter.Id, RequeueResult.StillRefused, "The message does not hold that reading.");
            else if (refused.TryGetValue(index, out var reason)) _outcomes[letter.Id] = new(letter.Id, RequeueResult.StillRefused, StillRefused(reason));
            else if (taken.Add(index)) Accept(letter.Id, "Accepted.");
        }

        desk.Rejections.Clear();
        for (var index = 0; index < desk.Batch.Count; index++)
            if (!taken.Contains(index)) desk.Rejections.Add(new(index, RejectReason.NotRequeued));

        return taken.Count > 0;
    }

    private string StillRefused(RejectReason reason) => $"The schema {System.Text.Encoding.ASCII.GetString(schema.Version)} refuses it: {SnakeCase.Of(reason)}.";

    private void Accept(long id, string detail) => _outcomes[id] = new(id, RequeueResult.Requeued, detail);
}
