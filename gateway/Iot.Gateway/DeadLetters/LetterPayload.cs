using Iot.Gateway.Spooling;
using Iot.Journal;

namespace Iot.Gateway.DeadLetters;

/// <summary>The whole message of a dead letter: from the spool while it holds the message, since the dead letters may have cut it.</summary>
internal static class LetterPayload
{
    /// <summary>Null when nobody has all of it.</summary>
    public static byte[]? Find(SegmentedJournal journal, KeptDeadLetter letter)
    {
        var offset = letter.Letter.Offset;
        if (offset >= journal.FirstOffset)
        {
            using var reader = journal.OpenReader(offset);
            if (reader.TryRead(out var found) && found.Offset == offset) return SpoolRecord.Read(found.Payload.Span).Payload.ToArray();
        }

        return letter.HasWholePayload ? letter.Letter.Payload.ToArray() : null;
    }
}
