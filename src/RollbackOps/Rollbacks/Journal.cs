using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RollbackOps.Diagnostics;
using RollbackOps.Redaction;

namespace RollbackOps.Rollbacks;

/// <summary>
/// The append-only record of everything that was attempted (S35). Each record is on disk before
/// <see cref="Append{T}"/> returns and carries the SHA-256 of the one before it.
/// </summary>
internal sealed class Journal
{
    private readonly IStateStore _store;
    private readonly TimeProvider _clock;
    private readonly Redactor _redactor;

    /// <param name="store">Where it lies.</param>
    /// <param name="clock">What dates the records.</param>
    /// <param name="redactor">Masks what is secret in a record before it is hashed and written (S40).</param>
    public Journal(IStateStore store, TimeProvider clock, Redactor redactor)
    {
        _store = store;
        _clock = clock;
        _redactor = redactor;
    }

    /// <summary>Told of each record that is on disk; must return at once, and never throw.</summary>
    public Action<JournalKind>? Appended { get; set; }

    /// <summary>Appends a record; it is on disk when this returns.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.JournalUnwritable"/> or <see cref="ErrorId.JournalTooNew"/>; the journal is as it was.
    /// </exception>
    public void Append<T>(JournalKind kind, string? rollbackId, T data, JsonTypeInfo<T> type) =>
        Append(kind, rollbackId, JsonSerializer.SerializeToElement(data, type), () => type);

    /// <summary>Appends a record whose content is written already.</summary>
    /// <inheritdoc cref="Append{T}"/>
    public void Append(JournalKind kind, string? rollbackId, JsonElement content, Func<JsonTypeInfo> type)
    {
        content = _redactor.RedactTyped(content, type);
        var detail = content.TryGetProperty("step", out var step) ? $"{kind} {step}" : kind.ToString();
        RollbackEvents.Boundary("Journal.Before", detail);
        _store.Append(tail => Compose(tail, kind, rollbackId, content));
        RollbackEvents.Boundary("Journal.After", detail);
        Appended?.Invoke(kind);
    }

    /// <summary>Reads and checks the whole journal.</summary>
    public JournalReading Read() => JournalCodec.Decode(_store.ReadJournal(), _store.ReadHead());

    private JournalAddition Compose(JournalTail tail, JournalKind kind, string? rollbackId, JsonElement content)
    {
        var head = JournalCodec.HeadOf(tail.LastLine);
        var recovered = Array.Empty<byte>();
        if (tail.TornBytes > 0)
        {
            var torn = JsonSerializer.SerializeToElement(
                new TailRecoveredData { Bytes = tail.TornBytes }, RollbackJson.Compact.TailRecoveredData);
            (recovered, var hash) = JournalCodec.Encode(
                head.Number + 1, _clock.GetUtcNow(), JournalKind.TailRecovered, rollbackId: null, torn, head.Hash);
            head = new JournalHead(head.Number + 1, hash);
        }

        var (line, ownHash) = JournalCodec.Encode(
            head.Number + 1, _clock.GetUtcNow(), kind, rollbackId, content, head.Hash);
        return new JournalAddition([.. recovered, .. line], new JournalHead(head.Number + 1, ownHash));
    }
}
