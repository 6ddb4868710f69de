using System.Globalization;

namespace RollbackOps.Adapters.Reports;

/// <summary>Takes so many characters and no more.</summary>
internal sealed class BoundedWriter(int most) : StringWriter(CultureInfo.InvariantCulture)
{
    public override void Write(char value)
    {
        Check(1);
        base.Write(value);
    }

    public override void Write(string? value)
    {
        Check(value?.Length ?? 0);
        base.Write(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        Check(count);
        base.Write(buffer, index, count);
    }

    private void Check(int more)
    {
        if (GetStringBuilder().Length + more > most)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"it writes more than {most} characters"));
        }
    }
}
