using System.Globalization;
using System.IO.Enumeration;

namespace Serverless.Relay.Overload;

/// <summary>
/// How many file descriptors the process has. To count them costs a look at each, so most samples only add what is known to
/// have come since the last count.
/// </summary>
internal sealed class FileDescriptors(Occupancy occupancy)
{
    private const string Folder = "/proc/self/fd";
    private const int SamplesPerCount = 10;

    private readonly int _limit = ReadLimit();
    private int _samples;
    private int _counted;
    private int _knownThen;

    /// <summary>The share of the limit that is in use; 0 where it cannot be told.</summary>
    public double Share()
    {
        if (_limit == 0)
        {
            return 0;
        }

        // One for each client, one for the backend of each tunnel.
        var known = occupancy.Connections + occupancy.Tunnels;
        if (_samples++ % SamplesPerCount == 0)
        {
            (_counted, _knownThen) = (Count() ?? _limit, known);
        }

        return (double)(_counted + known - _knownThen) / _limit;
    }

    // Null when there is not even one left to look with.
    private static int? Count()
    {
        try
        {
            return new FileSystemEnumerable<byte>(Folder, (ref FileSystemEntry _) => 0).Count();
        }
        catch (Exception e) when (e is IOException && Directory.Exists(Folder))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not being allowed to look is no sign of overload.
            return 0;
        }
    }

    // "Max open files            1024                 524288               files"
    private static int ReadLimit()
    {
        const string row = "Max open files";
        try
        {
            var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(row, StringComparison.Ordinal));
            var soft = line[row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
            return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return 0;
        }
    }
}
