using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Fakes;

/// <summary>A state store in memory: the journal's bytes, its head, one lease.</summary>
internal sealed class FakeStore(FaultPlan faults) : IStateStore
{
    private long _token;

    public string Location => "memory";

    public bool IsLocal { get; set; }

    /// <summary>The notes beside the journal.</summary>
    public Dictionary<string, byte[]> Notes { get; } = [];

    /// <summary>The head as it was last written.</summary>
    public JournalHead? Head { get; set; }

    /// <summary>Who holds the lease now.</summary>
    public LeaseHolder? Holder { get; set; }

    /// <summary>Called before a lease is renewed, with the step.</summary>
    public Action<string>? OnRenew { get; set; }

    /// <summary>Whether the disk is full.</summary>
    public bool IsFull { get; set; }

    /// <summary>Whether somebody switched automatic rollbacks off.</summary>
    public bool IsAutomaticOff { get; set; }

    /// <summary>How many records there are.</summary>
    public int Appends { get; private set; }

    /// <summary>The journal.</summary>
    public byte[] Bytes { get; set; } = [];

    public byte[] ReadJournal() => Bytes;

    public void KeepNote(string name, byte[] content) => Notes[name] = IsFull ? throw new IOException("No space left.") : content;

    public byte[]? ReadNote(string name) => Notes.GetValueOrDefault(name);

    public JournalHead? ReadHead() => Head;

    public void Append(Func<JournalTail, JournalAddition> compose)
    {
        faults.At("Journal.Before");
        if (IsFull)
        {
            throw Unwritable();
        }

        var bytes = Bytes.AsSpan();
        var end = bytes.LastIndexOf((byte)'\n') + 1;
        var start = end == 0 ? 0 : bytes[..(end - 1)].LastIndexOf((byte)'\n') + 1;
        var addition = compose(new JournalTail(
            end == 0 ? null : bytes[start..(end - 1)].ToArray(), bytes.Length - end));
        Bytes = [.. bytes[..end], .. addition.Lines];
        Head = addition.Head;
        Appends++;
        faults.At("Journal.After");
    }

    public ILease AcquireLease(LeaseRequest request)
    {
        if (Holder is { } holder)
        {
            throw new RollbackOpsException(ErrorId.LeaseHeld, $"It is held: {holder}.", "Wait for it.", holder);
        }

        _token = Math.Max(_token, request.LastToken) + 1;
        Holder = Lease(request.Owner, _token, request);
        return new FakeLease(this, Holder, takenOverFrom: null);
    }

    public LeaseHolder? ReadHolder(string key) => Holder;

    public void Release(LeaseHolder holder) => Holder = Holder?.Token == holder.Token ? null : Holder;

    /// <summary>The record of the last holder is lost.</summary>
    public void ForgetToken() => _token = 0;

    /// <summary>Somebody else takes the lease over.</summary>
    public void Seize() => Holder = Lease("Mallory", ++_token, new LeaseRequest("key", "rb-other", "Mallory", "Switch"));

    public static RollbackOpsException Unwritable() =>
        new(ErrorId.JournalUnwritable, "The journal cannot be written: no space left.", "Check free space.");

    private static LeaseHolder Lease(string owner, long token, LeaseRequest request) => new()
    {
        Key = request.Key,
        RollbackId = request.RollbackId,
        Owner = owner,
        Host = "here",
        ProcessId = 1,
        Step = request.Step,
        AcquiredAt = FakeClock.Start,
        Heartbeat = FakeClock.Start,
        Expires = FakeClock.Start,
        Token = token,
    };
}
