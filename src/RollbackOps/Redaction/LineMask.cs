namespace RollbackOps.Redaction;

/// <summary>Masks the lines of one file as they are handed in, one for one: what goes over several lines is known as such.</summary>
internal sealed class LineMask : IDisposable
{
    private readonly IEnumerator<string> _masked;
    private string _line = string.Empty;

    public LineMask(Redactor redactor) => _masked = redactor.RedactLines(Lines()).GetEnumerator();

    /// <summary>The line without the secrets in it.</summary>
    public string Mask(string line)
    {
        _line = line;
        _masked.MoveNext();
        return _masked.Current;
    }

    public void Dispose() => _masked.Dispose();

    private IEnumerable<string> Lines()
    {
        while (true)
        {
            yield return _line;
        }
    }
}
