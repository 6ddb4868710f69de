using System.Runtime.InteropServices;

namespace RollbackOps.Adapters.LocalState;

/// <summary>What Linux knows of a file (statx(2)), looked at without opening it; elsewhere nothing is known.</summary>
/// <param name="Device">The file system it is on.</param>
/// <param name="Inode">Its number there: together they tell whether two names lead to one file.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Owner">The owner's number.</param>
/// <param name="Group">The group's number.</param>
/// <param name="IsRegular">Whether it is a plain file, and no folder, pipe, socket or device.</param>
internal readonly partial record struct FileStatus(ulong Device, ulong Inode, uint Links, uint Owner, uint Group, bool IsRegular)
{
    private const int CurrentFolder = -100;
    private const int Unsynced = 0x4000;
    private const uint BasicFacts = 0x7ff;
    private const int FormatMask = 0xf000;
    private const int Regular = 0x8000;

    /// <summary>Looks at what a name leads to; null where it leads nowhere, or nothing can be known of it.</summary>
    public static FileStatus? Of(string path) =>
        OperatingSystem.IsLinux() && Stat(CurrentFolder, path, Unsynced, BasicFacts, out var raw) == 0
            ? new FileStatus(
                ((ulong)raw.DeviceMajor << 32) | raw.DeviceMinor, raw.Inode, raw.Links, raw.Owner, raw.Group,
                (raw.Mode & FormatMask) == Regular)
            : null;

    /// <summary>Whether a name leads to a plain file. Opening a pipe would wait for somebody at its other end.</summary>
    public static bool IsPlainFile(string path) =>
        File.Exists(path) && (!OperatingSystem.IsLinux() || Of(path) is { IsRegular: true });

    /// <summary>Whether two names lead to one file; false where that cannot be known.</summary>
    public static bool IsSame(string first, string second) =>
        Of(first) is { } one && Of(second) is { } other && one.IsSameAs(other);

    /// <summary>Whether both are one file.</summary>
    public bool IsSameAs(FileStatus other) => Device == other.Device && Inode == other.Inode;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, out Raw status);

    /// <summary>struct statx of Linux, the same on every processor; 256 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Raw
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(24)]
        public uint Group;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
