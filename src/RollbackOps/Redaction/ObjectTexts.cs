using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace RollbackOps.Redaction;

/// <summary>
/// The texts of the objects that the engine gives away. One with a secret in it is copied, as a record is by <c>with</c>; what
/// holds none, which is nearly everything, is given on as it is. Names by which things are found again stay (S16).
/// </summary>
internal static class ObjectTexts
{
    /// <summary>Deeper than any of ours.</summary>
    private const int Deepest = 16;

    private static readonly ConcurrentDictionary<Type, TextMember[]> s_members = new();

    /// <summary>The object with its texts masked; the object itself where there is nothing to mask.</summary>
    public static object Mask(object value, Func<string, string> redact) => Mask(value, typeof(object), redact, depth: 0);

    private static object Mask(object value, Type owner, Func<string, string> redact, int depth) => value switch
    {
        string text => TextMembers.Mask(owner, text, redact) is var masked && masked == text ? value : masked,
        // Without the brackets it is still an address.
        Uri address => redact(address.OriginalString) is var masked && masked == address.OriginalString ? value
            : new Uri(masked.Replace(Redactor.Mask, "redacted", StringComparison.Ordinal), UriKind.RelativeOrAbsolute),
        _ when depth > Deepest => value,
        IDictionary entries => Entries(entries, owner, redact, depth),
        IList items => Items(items, owner, redact, depth),
        _ => Record(value, redact, depth),
    };

    private static object Record(object value, Func<string, string> redact, int depth)
    {
        object? copy = null;
        foreach (var property in MembersOf(value.GetType()))
        {
            if (property.Read(value) is { } member && Mask(member, value.GetType(), redact, depth + 1) is var masked && !ReferenceEquals(masked, member))
            {
                copy ??= value.GetType().GetMethod("<Clone>$")!.Invoke(value, null)!;
                property.Property.SetValue(copy, masked);
            }
        }

        return copy ?? value;
    }

    private static object Items(IList items, Type owner, Func<string, string> redact, int depth)
    {
        Array? copy = null;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is not { } item || item.GetType().IsValueType)
            {
                continue;
            }

            var masked = Mask(item, owner, redact, depth + 1);
            if (!ReferenceEquals(masked, item))
            {
                if (copy is null)
                {
                    copy = Array.CreateInstance(ItemOf(items.GetType()), items.Count);
                    items.CopyTo(copy, 0);
                }

                copy.SetValue(masked, i);
            }
        }

        return copy ?? (object)items;
    }

    private static object Entries(IDictionary entries, Type owner, Func<string, string> redact, int depth)
    {
        IDictionary? copy = null;
        foreach (DictionaryEntry entry in entries)
        {
            if (entry.Value is { } member && !member.GetType().IsValueType
                && Mask(member, owner, redact, depth + 1) is var masked && !ReferenceEquals(masked, member))
            {
                copy ??= Copy(entries);
                copy[entry.Key] = masked;
            }
        }

        return copy ?? entries;
    }

    private static IDictionary Copy(IDictionary entries)
    {
        var copy = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(entries.GetType().GetGenericArguments()))!;
        foreach (DictionaryEntry entry in entries)
        {
            copy.Add(entry.Key, entry.Value);
        }

        return copy;
    }

    private static Type ItemOf(Type list) => list.GetElementType()
        ?? list.GetInterfaces().First(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>)).GetGenericArguments()[0];

    /// <summary>What can be set of a record of ours and may hold a text that is no name to find something by.</summary>
    private static TextMember[] MembersOf(Type type) => s_members.GetOrAdd(type, static type =>
    {
        if (type.Assembly != typeof(ObjectTexts).Assembly || type.GetMethod("<Clone>$") is null)
        {
            return [];
        }

        var members = new List<TextMember>();
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (MayHoldText(property))
            {
                members.Add(TextMember.Of(property));
            }
        }

        return [.. members];
    });

    private static bool MayHoldText(PropertyInfo property)
    {
        var type = property.PropertyType;
        return property is { CanRead: true, CanWrite: true } && !type.IsValueType
            && property.GetIndexParameters().Length == 0
            && !((type == typeof(string) || type.GetInterfaces().Contains(typeof(IEnumerable<string>)) || type == typeof(IEnumerable<string>))
                && TextMembers.IsName(property.DeclaringType!, property.Name));
    }
}
