using System.IO.Compression;
using System.Security.Cryptography;

namespace Serverless.Functions.OpenApi;

/// <summary>A file that is built into the assembly, as it is and compressed.</summary>
internal sealed class StaticFile
{
    private readonly Lazy<byte[]> _compressed;

    /// <param name="mediaType">What goes into Content-Type.</param>
    /// <param name="content">The bytes.</param>
    public StaticFile(string mediaType, byte[] content)
    {
        MediaType = mediaType;
        Content = content;
        Mark = Convert.ToHexStringLower(SHA256.HashData(content))[..32];
        _compressed = new(() => Compress(content));
    }

    public string MediaType { get; }

    public byte[] Content { get; }

    /// <summary>Names the content: what its ETag is made of.</summary>
    public string Mark { get; }

    /// <summary>The content as gzip has it; made when it is first asked for.</summary>
    public byte[] Compressed => _compressed.Value;

    private static byte[] Compress(byte[] content)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return compressed.ToArray();
    }
}
