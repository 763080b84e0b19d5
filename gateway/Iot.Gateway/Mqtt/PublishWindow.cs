namespace Iot.Gateway.Mqtt;

/// <summary>What is to happen with a PUBLISH that has arrived.</summary>
internal enum Admittance
{
    Take,

    /// <summary>QoS 2, taken before and not released yet: answer again as the first, ingest nothing.</summary>
    TakenBefore,

    /// <summary>More without an answer than the client was allowed.</summary>
    Exceeded,
}

/// <summary>The publishes of one connection that have no answer yet. Answers leave in the order of arrival.</summary>
/// <remarks>
/// <code>
/// QoS 1: taken ──(on disk)──► PUBACK
/// QoS 2: taken ──(on disk)──► PUBREC ──PUBREL──► PUBCOMP
/// </code>
/// An answer leaves when all before it have left and its own message is on disk; those that are ready together share one write.
/// A status message is answered with the time, for devices that know it from nobody else. QoS 2 ids are remembered as long as the connection. After a reconnect the same message may be ingested again,
/// and the journal's de-duplication recognises it: exactly-once needs no session that outlives the process. Thread-safe.
/// </remarks>
/// <param name="clock">Null for a client that must not be told: 3.1.1, or one that wants no such remarks.</param>
internal sealed class PublishWindow(PacketWriter writer, MqttMetrics metrics, int capacity, bool isVersion5, Action<Ending, Exception?> end, TimeProvider? clock = null)
{
    private const int MaxAnswerBytes = 5;

    /// <summary>3.1.1 knows no Receive Maximum, so this bounds QoS 2 ids without PUBREL.</summary>
    private const int MaxUnreleased = 1024;

    private readonly Lock _sync = new();
    private readonly Queue<Taken> _taken = new();
    private readonly Dictionary<ushort, Taken> _unreleased = [];
    private byte[]? _answers;
    private int _atLeastOnce;
    private bool _answering;
    private bool _awake;
    private Task _answerLoop = Task.CompletedTask;
    private TaskCompletionSource? _room;
    private (Ending How, Exception? Cause)? _ending;

    private bool IsReceiveMaximumReached => isVersion5 && _atLeastOnce + _unreleased.Count >= capacity;

    /// <summary>Waits until all that was taken has been answered; false when that takes longer than <paramref name="limit"/>.</summary>
    public async Task<bool> DrainAsync(TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            await _answerLoop.WaitAsync(limit, clock, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Ends when one more may be taken or is one too many, or after <see cref="Wake"/>.</summary>
    public Task RoomAsync(byte qualityOfService, CancellationToken cancellation)
    {
        lock (_sync)
        {
            if (_taken.Count < capacity || _awake || (qualityOfService > 0 && IsReceiveMaximumReached)) return Task.CompletedTask;

            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Lets the reader go although there is no room: the connection ends.</summary>
    public void Wake()
    {
        lock (_sync)
        {
            _awake = true;
            _room?.TrySetResult();
        }
    }

    public Admittance Admit(byte qualityOfService, ushort id)
    {
        if (qualityOfService == 0) return Admittance.Take;

        lock (_sync)
        {
            if (qualityOfService == 2 && _unreleased.ContainsKey(id)) return Admittance.TakenBefore;
            if (IsReceiveMaximumReached) return Admittance.Exceeded;
            if (qualityOfService == 2 && _unreleased.Count >= MaxUnreleased) return Admittance.Exceeded;

            if (qualityOfService == 1) _atLeastOnce++;
            else _unreleased.Add(id, default); // Add or Answer follows
            return Admittance.Take;
        }
    }

    /// <summary>An admitted publish; its answer follows from <paramref name="outcome"/>.</summary>
    public void Add(byte qualityOfService, ushort id, Task<IngestResult> outcome, bool tellsTime = false) =>
        Enqueue(new(qualityOfService, id, outcome, MqttReason.Success) { TellsTime = tellsTime });

    /// <summary>A publish whose answer is known; it still waits for those before it.</summary>
    public void Answer(byte qualityOfService, ushort id, byte reason) => Enqueue(new(qualityOfService, id, Outcome: null, reason));

    /// <summary>A QoS 2 publish that was taken before: the answer is that of the first, and no sooner.</summary>
    public void AnswerAgain(ushort id)
    {
        Taken first;
        lock (_sync)
            if (!_unreleased.TryGetValue(id, out first)) return; // it has failed meanwhile: refused by its own answer, or the connection ends

        Enqueue(first with { IsRepeat = true });
    }

    /// <summary>PUBREL: the id may be used again. False when it was not in use.</summary>
    public bool Release(ushort id)
    {
        lock (_sync) return _unreleased.Remove(id);
    }

    private void Enqueue(in Taken taken)
    {
        lock (_sync)
        {
            if (taken is { QualityOfService: 2, IsRepeat: false }) _unreleased[taken.Id] = taken;
            _taken.Enqueue(taken);
            if (_answering) return;

            _answering = true;
        }

        _answerLoop = AnswerLoopAsync();
    }

    private async Task AnswerLoopAsync()
    {
        while (TryFront(out var outcome))
        {
            if (outcome is { IsCompleted: false }) await outcome.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // judged in ReasonFor

            var bytes = CollectAnswers();
            if (bytes > 0) await writer.WriteAsync(_answers.AsMemory(0, bytes), CancellationToken.None);
            if (_ending is var (how, cause)) end(how, cause); // after the answers to those before it
        }
    }

    /// <summary>What the first in the queue waits for, null when its answer is known. False, and the loop ends, when none is left.</summary>
    private bool TryFront(out Task? outcome)
    {
        lock (_sync)
        {
            _answering = _taken.TryPeek(out var taken);
            outcome = taken.Outcome;
            return _answering;
        }
    }

    /// <summary>Takes all that are ready from the front, so that one write answers them.</summary>
    private int CollectAnswers()
    {
        _answers ??= new byte[MaxAnswerBytes * capacity + TimeAnswer.MaxBytes];
        var bytes = 0;
        lock (_sync)
        {
            while (bytes <= _answers.Length - TimeAnswer.MaxBytes && _taken.TryPeek(out var taken) && taken.Outcome is null or { IsCompleted: true })
            {
                _taken.Dequeue();
                bytes += Conclude(taken, _answers.AsSpan(bytes));
            }

            _room?.TrySetResult();
            _room = null;
        }

        return bytes;
    }

    /// <summary>Frees the place in the window before the answer leaves, else a quick client would seem to exceed it.</summary>
    private int Conclude(in Taken taken, Span<byte> answer)
    {
        var reason = ReasonFor(taken);
        if (taken.QualityOfService == 0) return 0;
        if (taken.IsRepeat) return reason is { } again ? WriteAnswer(answer, taken, again) : 0;

        if (taken.QualityOfService == 1) _atLeastOnce--;
        else if (reason is not MqttReason.Success) _unreleased.Remove(taken.Id);

        return reason is { } code ? WriteAnswer(answer, taken, code) : 0;
    }

    /// <summary>Null: no answer, and the connection ends so that the client sends the message again.</summary>
    private byte? ReasonFor(in Taken taken)
    {
        if (taken.Outcome is not { } outcome) return taken.Reason;

        var result = outcome.IsCompletedSuccessfully ? outcome.Result : IngestResult.Failed;
        if (!taken.IsRepeat) metrics.Message(result);
        switch (result)
        {
            case IngestResult.Stored or IngestResult.Duplicate:
                return MqttReason.Success;
            case IngestResult.Refused:
                return isVersion5 ? MqttReason.PayloadFormatInvalid : MqttReason.Success;
            case IngestResult.Full when isVersion5:
                return MqttReason.QuotaExceeded;
            case IngestResult.Full:
                if (taken.QualityOfService > 0) _ending = (Ending.Full, null);
                return null;
            default:
                _ending = (Ending.Failed, outcome.Exception);
                return null;
        }
    }

    private int WriteAnswer(Span<byte> to, in Taken taken, byte reason)
    {
        if (taken is { TellsTime: true, QualityOfService: 1 } && clock is not null && reason == MqttReason.Success) return TimeAnswer.Write(to, taken.Id, clock.GetUtcNow());

        to[0] = taken.QualityOfService == 1 ? (byte)0x40 : (byte)0x50; // PUBACK, PUBREC
        to[1] = reason == MqttReason.Success ? (byte)2 : (byte)3;
        to[2] = (byte)(taken.Id >> 8);
        to[3] = (byte)taken.Id;
        to[4] = reason; // only counts when the length says so
        return 2 + to[1];
    }

    private readonly record struct Taken(byte QualityOfService, ushort Id, Task<IngestResult>? Outcome, byte Reason)
    {
        /// <summary>The answer says what time it is.</summary>
        public bool TellsTime { get; init; }

        /// <summary>Sent again on this connection while it was not released; counted and judged once.</summary>
        public bool IsRepeat { get; init; }
    }
}
