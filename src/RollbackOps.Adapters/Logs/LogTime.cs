using System.Buffers.Text;
using System.Runtime.Intrinsics;

namespace RollbackOps.Adapters.Logs;

/// <summary>Times as logs write them, in ticks of UTC. Not for two threads: it remembers the last minute.</summary>
internal sealed class LogTime
{
    private static readonly long s_epoch = DateTime.UnixEpoch.Ticks;

    private int _day;
    private long _dayTicks;

    /// <summary>Its bytes; at first some that are in no text.</summary>
    private Vector128<byte> _minute = Vector128<byte>.AllBitsSet;
    private long _minuteTicks;

    /// <summary>
    /// A number since 1970: seconds, or, by its size, milliseconds, microseconds or nanoseconds. Seconds reach to the
    /// year 5138, milliseconds back to 1973.
    /// </summary>
    public static bool TryEpoch(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        decimal ofSecond;
        if (Utf8Parser.TryParse(text, out long whole, out var used) && used == text.Length)
        {
            ofSecond = whole;
        }
        else if (!Utf8Parser.TryParse(text, out ofSecond, out used, text.IndexOfAny("eE"u8) >= 0 ? 'e' : default) || used != text.Length)
        {
            return false;
        }

        var size = Math.Abs(ofSecond);
        var perUnit = size < 1e11m ? TimeSpan.TicksPerSecond : size < 1e14m ? TimeSpan.TicksPerMillisecond : size < 1e17m ? TimeSpan.TicksPerMicrosecond : 0.01m;
        if (size >= 1e20m)
        {
            return false;
        }

        var since = Math.Floor(ofSecond * perUnit);
        if (since < -s_epoch || since > DateTime.MaxValue.Ticks - s_epoch)
        {
            return false;
        }

        ticks = s_epoch + (long)since;
        return true;
    }

    /// <summary>
    /// ISO 8601 with T or a space, up to nine digits of a second's fraction, and Z, ±hh:mm, ±hhmm or ±hh; without a zone
    /// it is UTC. Or a web server's <c>23/Nov/2026:08:00:00 +0000</c>.
    /// </summary>
    public bool TryText(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 19)
        {
            return text.Length > 0 && TryEpoch(text, out ticks);
        }

        // The minute of the line before, in the usual form.
        if (text[16] == ':' && Vector128.Create(text) == _minute && TryWithin(text[17..], ref ticks))
        {
            return true;
        }

        int at;
        if (text[4] == '-' && text[7] == '-' && text[10] is (byte)'T' or (byte)'t' or (byte)' ')
        {
            if (!TryDay(Number(text, 0, 4), Number(text, 5, 2), Number(text, 8, 2)))
            {
                return false;
            }

            at = 11;
        }
        else if (text[2] == '/' && text[6] == '/' && text[11] == ':' && text.Length >= 20)
        {
            if (!TryDay(Number(text, 7, 4), Month(text.Slice(3, 3)), Number(text, 0, 2)))
            {
                return false;
            }

            at = 12;
        }
        else
        {
            return TryEpoch(text, out ticks);
        }

        var (hour, minute, second) = (Number(text, at, 2), Number(text, at + 3, 2), Number(text, at + 6, 2));
        if ((uint)hour > 23 || (uint)minute > 59 || (uint)second > 60 || text[at + 2] != ':' || text[at + 5] != ':')
        {
            return false;
        }

        ticks = _dayTicks + (((((hour * 60L) + minute) * 60) + second) * TimeSpan.TicksPerSecond);
        if (at == 11)
        {
            (_minute, _minuteTicks) = (Vector128.Create(text), ticks - (second * TimeSpan.TicksPerSecond));
        }

        var rest = text[(at + 8)..];
        return TryFraction(ref rest, ref ticks) && TryZone(rest, ref ticks) && (ulong)ticks <= (ulong)DateTime.MaxValue.Ticks;
    }

    /// <summary>A time in the minute that is remembered, from <c>SS</c> or <c>SS.fff</c> and Z.</summary>
    private bool TryWithin(ReadOnlySpan<byte> text, ref long ticks)
    {
        if (text[^1] != 'Z' || text.Length is not (3 or 7))
        {
            return false;
        }

        var second = Number(text, 0, 2);
        var thousandths = text.Length == 3 ? 0 : text[2] == '.' ? Number(text, 3, 3) : -1;
        ticks = _minuteTicks + (second * TimeSpan.TicksPerSecond) + (thousandths * TimeSpan.TicksPerMillisecond);
        return (uint)second <= 60 && thousandths >= 0;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, ref long ticks)
    {
        if (rest.IsEmpty || rest[0] is not ((byte)'.' or (byte)','))
        {
            return true;
        }

        var digits = 1;
        var unit = TimeSpan.TicksPerSecond;
        while (digits < rest.Length && rest[digits] is >= (byte)'0' and <= (byte)'9')
        {
            unit /= 10;
            ticks += unit * (rest[digits++] - '0');
        }

        rest = rest[digits..];
        return digits is > 1 and <= 10;
    }

    private static bool TryZone(ReadOnlySpan<byte> rest, ref long ticks)
    {
        if (!rest.IsEmpty && rest[0] == ' ')
        {
            rest = rest[1..];
        }

        if (rest.IsEmpty || (rest.Length == 1 && rest[0] is (byte)'Z' or (byte)'z'))
        {
            return true;
        }

        var isColon = rest.Length == 6 && rest[3] == ':';
        if (rest[0] is not ((byte)'+' or (byte)'-') || !(isColon || rest.Length is 3 or 5))
        {
            return false;
        }

        var hours = Number(rest, 1, 2);
        var minutes = rest.Length == 3 ? 0 : Number(rest, isColon ? 4 : 3, 2);
        if ((uint)hours > 18 || (uint)minutes > 59)
        {
            return false;
        }

        var offset = ((hours * 60L) + minutes) * TimeSpan.TicksPerMinute;
        ticks += rest[0] == '+' ? -offset : offset;
        return true;
    }

    private bool TryDay(int year, int month, int day)
    {
        var key = (year << 9) | (month << 5) | day;
        if (key == _day && _day != 0)
        {
            return true;
        }

        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        (_day, _dayTicks) = (key, new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks);
        return true;
    }

    private static int Month(ReadOnlySpan<byte> name)
    {
        var at = "JanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(name);
        return at >= 0 && at % 3 == 0 ? (at / 3) + 1 : -1;
    }

    /// <summary>So many digits as a number, or -1.</summary>
    private static int Number(ReadOnlySpan<byte> text, int at, int digits)
    {
        var number = 0;
        foreach (var digit in text.Slice(at, digits))
        {
            var value = (uint)(digit - '0');
            if (value > 9)
            {
                return -1;
            }

            number = (number * 10) + (int)value;
        }

        return number;
    }
}
